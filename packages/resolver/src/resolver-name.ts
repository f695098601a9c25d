import { MarketplaceError, printable } from '@agentmesh/errors';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * The plugin name for a folder, repository or package of that name: `.` becomes `-`, and the publishing rule must hold
 * (ASCII letters, digits, `-` and `_`, 1–128 of them, a letter or digit first, no Windows device name).
 * Idempotent. Resolvers call it before any I/O, the registry once more on what they answer.
 *
 * @throws SOURCE_SYNTAX for a text that gives no such name, and for `..` in it
 */
export function resolverName(text: string): string {
  const name = text.replaceAll('.', '-');
  if (NAME.test(name) && !DEVICE.test(name) && !text.includes('..')) return name;
  throw new MarketplaceError(`Expected a name that a plugin can have, got "${printable(text, 140)}"`, {
    code: 'SOURCE_SYNTAX',
    hint: 'A name is 1–128 ASCII letters, digits, ".", "-" or "_", begins with a letter or digit, and is no Windows device name.',
  });
}
