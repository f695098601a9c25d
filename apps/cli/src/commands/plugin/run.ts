import type { CallOutcome, PluginSandbox } from '@agentmesh/sandbox';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { inputFlag, readCallInput } from '../../call-input.js';
import { AgentmeshCommand } from '../../command.js';
import { ExitCode } from '../../exit-codes.js';
import { isolationFlag } from '../../isolation-flag.js';
import { callTimes } from '../../render/call-times.js';
import { jsonText } from '../../render/json.js';
import { PluginOutput } from '../../render/plugin-output.js';

/** `agentmesh plugin run NAME FUNCTION` */
export default class PluginRun extends AgentmeshCommand {
  static override summary =
    'Call a function of an installed plugin, contained: no files, no network, no other process.';
  static override description =
    `Prints {"result": …} or {"error": …} as JSON, and what the plugin itself prints on stderr, marked [plugin].
With --json the isolation level, the engine and what is missing to the best isolation besides. Exits 1 when the function threw.`;
  static override examples = [
    `<%= config.bin %> plugin run response-length-validator validate --input '{"response":"short","max_words":500}'`,
    '<%= config.bin %> plugin run response-length-validator validate --input @answer.json --time',
    'cat answer.json | <%= config.bin %> plugin run response-length-validator validate --input -',
  ];
  static override args = {
    name: Args.string({ description: 'name of the installed plugin', required: true }),
    function: Args.string({ description: 'exported function to call', required: true }),
  };
  static override flags = {
    input: inputFlag,
    isolation: isolationFlag,
    time: Flags.boolean({ description: 'show where the time went, on stderr' }),
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
    const input = await readCallInput(flags.input);
    const output = new PluginOutput((line) => this.note(line));
    const sandbox = await (await this.compose()).sandbox({ minimumIsolation: flags.isolation, onLog: output.take });
    this.working(`Running ${args.name}`);
    try {
      const call = { plugin: args.name, function: args.function, input, timeoutMs: flags.timeout, signal: this.signal };
      const answer = await sandbox.execute(call).finally(() => output.finish());
      if (answer.logs.truncated) this.note('[plugin] and more, which was not kept');
      if (flags.time) this.note(callTimes(answer));
      if ('error' in answer) process.exitCode = ExitCode.failure;
      if (this.jsonEnabled()) return await report(answer, sandbox);
      this.log(jsonText(envelope(answer)));
      return undefined;
    } finally {
      await sandbox.close();
    }
  }
}

function envelope(answer: CallOutcome): object {
  return 'error' in answer ? { error: answer.error } : { result: answer.result };
}

async function report(answer: CallOutcome, sandbox: PluginSandbox): Promise<object> {
  const { isolation, engine, logs, timeMs, timings } = answer;
  const { missing } = await sandbox.isolation();
  return { ...envelope(answer), isolation, engine, missing, logs, timeMs, timings };
}
