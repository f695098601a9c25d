import { MarketplaceError, nearest } from '@agentmesh/errors';
import { Config } from '@oclif/core/config';
import { run } from '@oclif/core/run';
import { ExitCode, exitCodeOf } from './exit-codes.js';
import { errorBody, renderError } from './render/error.js';

/** The part of oclif's configuration that finding a command needs. */
interface Commands {
  readonly commandIDs: string[];
  readonly topics: { readonly name: string }[];
}

/** What is no command with its arguments: help, the version, a topic alone, and words that name nothing. */
export async function runOther(argv: string[], root: string): Promise<number> {
  try {
    const options = { root, devPlugins: false, userPlugins: false };
    checkWords(argv, await Config.load(options));
    await run(argv, options);
    return Number(process.exitCode ?? ExitCode.ok);
  } catch (error) {
    if (error instanceof Error && 'oclif' in error && hasExit(error.oclif)) return error.oclif.exit;
    if (argv.includes('--json')) process.stdout.write(`${JSON.stringify(errorBody(error), undefined, 2)}\n`);
    else process.stderr.write(`${renderError(error)}\n`);
    return exitCodeOf(error);
  }
}

/** Refuses words that name neither a command nor a topic, with the one that was probably meant. */
function checkWords(argv: readonly string[], { commandIDs, topics }: Commands): void {
  const end = argv.findIndex((word) => word.startsWith('-'));
  const words = (end === -1 ? argv : argv.slice(0, end)).filter((word) => word !== 'help');
  const ids = [...commandIDs, ...topics.map((topic) => topic.name)];
  const known = knownWords(words, ids);
  if (known === words.length || commandIDs.includes(words.slice(0, known).join(':'))) return;
  const typed = words.slice(0, known + 1).join(':');
  const meant = ids.find((id) => id.endsWith(`:${typed}`)) ?? nearest(typed, ids);
  throw new MarketplaceError(`Expected a command, got "${typed.replaceAll(':', ' ')}"`, {
    code: 'USAGE',
    hint:
      meant === undefined
        ? 'agentmesh --help lists the commands.'
        : `Did you mean: agentmesh ${meant.replaceAll(':', ' ')}`,
  });
}

/** How many of the first words name a topic or command together. */
function knownWords(words: readonly string[], ids: readonly string[]): number {
  for (let length = words.length; length > 0; length -= 1) {
    if (ids.includes(words.slice(0, length).join(':'))) return length;
  }
  return 0;
}

function hasExit(value: unknown): value is { exit: number } {
  return typeof value === 'object' && value !== null && 'exit' in value && typeof value.exit === 'number';
}
