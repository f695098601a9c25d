import { MarketplaceError, printable } from '@agentmesh/errors';
import type { GuestLogs } from '@agentmesh/sandbox';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { ExitCode } from '../../exit-codes.js';
import { readNamedFile } from '../../read-named-file.js';
import { readStandardInput } from '../../read-standard-input.js';
import { jsonText } from '../../render/json.js';

const MAX_INPUT_BYTES = 8 * 1_048_576;

/** `agentmesh plugin run NAME FUNCTION` */
export default class PluginRun extends AgentmeshCommand {
  static override summary =
    'Call a function of an installed plugin, contained: no files, no network, no other process.';
  static override description =
    'Prints {"result": …} or {"error": …} as JSON; with --json the isolation level besides. Exits 1 when the function threw.';
  static override examples = [
    `<%= config.bin %> plugin run response-length-validator validate --input '{"response":"short","max_words":500}'`,
    '<%= config.bin %> plugin run response-length-validator validate --input @answer.json',
    'cat answer.json | <%= config.bin %> plugin run response-length-validator validate --input -',
  ];
  static override args = {
    name: Args.string({ description: 'name of the installed plugin', required: true }),
    function: Args.string({ description: 'exported function to call', required: true }),
  };
  static override flags = {
    input: Flags.string({
      char: 'i',
      description: 'JSON for the function; @FILE reads a file, - standard input',
      default: '{}',
    }),
    timeout: Flags.integer({
      description: 'longest run in milliseconds',
      min: 1,
      max: 300_000,
      default: 30_000,
      helpValue: 'MS',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PluginRun);
    const input = parseInput(await readInput(flags.input));
    const sandbox = await (await this.compose()).sandbox();
    this.working(`Running ${args.name}`);
    try {
      const call = { plugin: args.name, function: args.function, input, timeoutMs: flags.timeout, signal: this.signal };
      const answer = await sandbox.execute(call);
      this.#showLogs(answer.logs);
      const envelope = 'error' in answer ? { error: answer.error } : { result: answer.result };
      if ('error' in envelope) process.exitCode = ExitCode.failure;
      if (this.jsonEnabled()) return { ...envelope, isolation: answer.isolation };
      this.log(jsonText(envelope));
      return envelope;
    } finally {
      await sandbox.close();
    }
  }

  /** What the plugin printed, each line marked as the plugin's and made safe. */
  #showLogs({ stdout, stderr, truncated }: GuestLogs): void {
    const lines = [stdout, stderr].flatMap((text) => (text === '' ? [] : text.trimEnd().split('\n')));
    for (const line of lines) this.note(`[plugin] ${printable(line, 2_000)}`);
    if (truncated) this.note('[plugin] and more, which was not kept');
  }
}

async function readInput(flag: string): Promise<string> {
  if (flag === '-') return readStandardInput(MAX_INPUT_BYTES);
  if (flag.startsWith('@')) return readNamedFile(flag.slice(1), { what: 'input', maxBytes: MAX_INPUT_BYTES });
  return flag;
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MarketplaceError(`Expected JSON as input: ${printable(error instanceof Error ? error.message : '')}`, {
      code: 'USAGE',
      hint: `Quote it for your shell, e.g. --input '{"response":"text"}'`,
      cause: error,
    });
  }
}
