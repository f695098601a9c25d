import * as Flags from '@oclif/core/flags';

/** The levels, as `--isolation` takes them; weakest first. */
const LEVELS = ['process', 'language', 'os-basic', 'os-strict'] as const;

/** `--isolation LEVEL`, shared by the commands that run a plugin. */
export const isolationFlag = Flags.option({
  description: 'weakest isolation to accept, on purpose (default: what this system can give at its best)',
  options: LEVELS,
  helpValue: 'LEVEL',
})();
