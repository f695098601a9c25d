import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExitCode } from './exit-codes.js';
import { findCommand } from './find-command.js';
import { asksForFrozen } from './frozen/asks-for-frozen.js';
import { hideExperimentalWarnings } from './hide-experimental-warnings.js';

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
  if (asksForFrozen(argv)) {
    const { answerFrozen } = await import('./frozen/answer-frozen.js');
    if (await answerFrozen(argv.includes('--json'))) return ExitCode.ok;
  }
  const folder = fileURLToPath(root);
  const command = findCommand(argv);
  if (command === undefined || asksForHelp(command.argv)) {
    const { runOther } = await import('./run-other.js');
    return runOther([...argv], folder);
  }
  const [{ default: Command }, { PlainConfig }] = await Promise.all([
    import(command.module.href),
    import('./plain-config.js'),
  ]);
  await new Command(command.argv, new PlainConfig({ root: folder })).start();
  return Number(process.exitCode ?? ExitCode.ok);
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
}
