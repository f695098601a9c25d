import { MarketplaceError, nearest } from '@agentmesh/errors';

const ONE_OF = /^Expected (?:--[\w-]+=)?(.+) to be one of: (.+)$/m;
const SEE_HELP = 'See the command with --help.';

/**
 * The `USAGE` error for what oclif's parser says of missing, unknown and ill-formed arguments, with the flag or choice that
 * was probably meant; undefined for every other error.
 *
 * @param flags of the command, with their dashes
 */
export function usageError(error: Error, flags: readonly string[]): MarketplaceError | undefined {
  if (!('oclif' in error)) return undefined;
  const message = error.message
    .replace(/\n?See more help with --help$/, '')
    .replace(/\s*\n\t/g, ': ')
    .replace(/^The following errors? occurred:\n\s*/, '');
  const meant = meantFlag(error, flags) ?? meantChoice(message);
  return new MarketplaceError(message, {
    code: 'USAGE',
    hint: meant === undefined ? SEE_HELP : `Did you mean ${meant}?`,
  });
}

function meantFlag(error: Error, flags: readonly string[]): string | undefined {
  const [unknown] = 'flags' in error && Array.isArray(error.flags) ? error.flags : [];
  if (typeof unknown !== 'string' || !unknown.startsWith('--')) return undefined;
  return nearest(unknown, flags);
}

function meantChoice(message: string): string | undefined {
  const [, given, choices] = ONE_OF.exec(message) ?? [];
  return given === undefined || choices === undefined ? undefined : nearest(given, choices.split(', '));
}
