import { MarketplaceError, printable } from '@agentmesh/errors';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * The publishing rule for names (formats.md): ASCII letters, digits, `-`, `_`; 1–128 characters; a letter or digit first;
 * no Windows device name. Whatever passes is safe as one segment of a path.
 */
export function isPluginName(name: string): boolean {
  return NAME.test(name) && !WINDOWS_DEVICE.test(name);
}

/**
 * Stands wherever a name becomes a path.
 *
 * @throws MarketplaceError `NAME_INVALID` when {@link isPluginName} says no
 */
export function assertPluginName(name: string): void {
  if (typeof name === 'string' && isPluginName(name)) return;
  throw new MarketplaceError(
    `Expected a plugin name (letters, digits, - and _, at most 128, a letter or digit first), got "${printable(String(name))}"`,
    { code: 'NAME_INVALID', hint: 'Give the name as `agentmesh plugin list` or `plugin search` shows it.' },
  );
}

/** Two names with the same key are look-alikes, and only one of them can be published (formats.md). */
export function nameKey(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
