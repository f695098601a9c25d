import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MarketplaceError, nearest } from '@agentmesh/errors';
import { ExitCode, exitCodeOf } from './exit-codes.js';
import { hideExperimentalWarnings } from './hide-experimental-warnings.js';
import { errorBody, renderError } from './render/error.js';

/** The user's own folder for compiled code: a shared temporary folder would let other users plant code. */
export function compileCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'agentmesh', 'compile');
}

/**
 * Runs one command line.
 *
 * @param argv what the user typed after `agentmesh`
 * @param root folder of this package, where oclif finds package.json and the list of commands
 * @returns the exit status
 */
export async function main(argv: readonly string[], root: URL): Promise<number> {
  hideExperimentalWarnings();
  const { Config } = await import('@oclif/core/config');
  const config = new Config({ root: fileURLToPath(root), devPlugins: false, userPlugins: false });
  await config.load();
  try {
    const { run } = await import('@oclif/core/run');
    await run(knownCommand([...argv], config), config);
    return Number(process.exitCode ?? ExitCode.ok);
  } catch (error) {
    return report(error, argv.includes('--json'));
  }
}

/** The part of oclif's configuration that finding a command needs. */
interface Commands {
  readonly commandIDs: string[];
  readonly topics: { readonly name: string }[];
}

/** Refuses words that name no command, with the one that was probably meant. */
function knownCommand(argv: string[], config: Commands): string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  const words = end === -1 ? argv : argv.slice(0, end);
  const ids = [...config.commandIDs, ...config.topics.map((topic) => topic.name)];
  const known = words.some((_, index) => ids.includes(words.slice(0, index + 1).join(':')));
  const leaf = words.some((_, index) => config.commandIDs.includes(words.slice(0, index + 1).join(':')));
  if (words.length === 0 || leaf || words[0] === 'help') return argv;
  const topic = longestTopic(words, ids);
  if (known && topic.length === words.length) return argv;
  const typed = words.slice(0, topic.length + 1).join(':');
  const meant = nearest(typed, ids) ?? ids.find((id) => id.endsWith(`:${words[0]}`));
  throw new MarketplaceError(`Expected a command, got "${typed.replaceAll(':', ' ')}"`, {
    code: 'USAGE',
    hint:
      meant === undefined
        ? 'agentmesh --help lists the commands.'
        : `Did you mean: agentmesh ${meant.replaceAll(':', ' ')}`,
  });
}

function longestTopic(words: readonly string[], ids: readonly string[]): readonly string[] {
  for (let length = words.length; length > 0; length -= 1) {
    if (ids.includes(words.slice(0, length).join(':'))) return words.slice(0, length);
  }
  return [];
}

async function report(error: unknown, json: boolean): Promise<number> {
  if (error instanceof Error && 'oclif' in error && hasExit(error.oclif)) return error.oclif.exit;
  if (json) process.stdout.write(`${JSON.stringify(errorBody(error), undefined, 2)}\n`);
  else process.stderr.write(`${renderError(error)}\n`);
  return exitCodeOf(error);
}

function hasExit(value: unknown): value is { exit: number } {
  return typeof value === 'object' && value !== null && 'exit' in value && typeof value.exit === 'number';
}
