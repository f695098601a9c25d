import { MarketplaceError, nearest } from '@agentmesh/errors';
import { Config } from '@oclif/core/config';
import { run } from '@oclif/core/run';
import { ExitCode, exitCodeOf } from './exit-codes.js';
import { errorBody, renderError } from './render/error.js';
import { jsonText } from './render/json.js';

const HELP = ['--help', '-h', 'help'];
const VERSION = ['--version', '-v', 'version'];

/** The part of oclif's configuration that finding a command needs. */
interface Commands {
  readonly commandIDs: string[];
  readonly topics: { readonly name: string }[];
}

/** What is no command with its arguments: help, the version, a topic alone, and words that name nothing. */
export async function runOther(argv: readonly string[], root: string): Promise<number> {
  try {
    const options = { root, devPlugins: false, userPlugins: false };
    const words = leadingWords(argv).filter((word) => !HELP.includes(word));
    if (VERSION.includes(argv[0] ?? '')) await run(['--version'], options);
    else {
      checkWords(words, await Config.load(options));
      checkFlags(argv);
      await run([...words, '--help'], options);
    }
    return Number(process.exitCode ?? ExitCode.ok);
  } catch (error) {
    if (error instanceof Error && 'oclif' in error && hasExit(error.oclif)) return error.oclif.exit;
    if (argv.includes('--json')) process.stdout.write(`${jsonText(errorBody(error), 2)}\n`);
    else process.stderr.write(`${renderError(error)}\n`);
    return exitCodeOf(error);
  }
}

function leadingWords(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  return end === -1 ? argv : argv.slice(0, end);
}

/** Refuses words that name neither a command nor a topic, with the one that was probably meant. */
function checkWords(words: readonly string[], { commandIDs, topics }: Commands): void {
  const ids = [...commandIDs, ...topics.map((topic) => topic.name)];
  const known = knownWords(words, ids);
  if (known === words.length || commandIDs.includes(words.slice(0, known).join(':'))) return;
  const typed = words.slice(0, known + 1).join(':');
  const meant = ids.find((id) => id.endsWith(`:${typed}`)) ?? nearest(typed, ids);
  throw usage(
    `Expected a command, got "${typed.replaceAll(':', ' ')}"`,
    meant === undefined ? undefined : `Did you mean: agentmesh ${meant.replaceAll(':', ' ')}`,
  );
}

/** A flag without a command means nothing, unless it asks for help. */
function checkFlags(argv: readonly string[]): void {
  if (argv.some((word) => HELP.includes(word))) return;
  const flag = argv.find((word) => word.startsWith('-'));
  if (flag !== undefined) throw usage(`Expected a command, got ${flag}`);
}

/** How many of the first words name a topic or command together. */
function knownWords(words: readonly string[], ids: readonly string[]): number {
  for (let length = words.length; length > 0; length -= 1) {
    if (ids.includes(words.slice(0, length).join(':'))) return length;
  }
  return 0;
}

function usage(message: string, hint: string = 'agentmesh --help lists the commands.'): MarketplaceError {
  return new MarketplaceError(message, { code: 'USAGE', hint });
}

function hasExit(value: unknown): value is { exit: number } {
  return typeof value === 'object' && value !== null && 'exit' in value && typeof value.exit === 'number';
}
