const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** True for a relative path that stays inside the plugin's folder on every system; `./` may stand before it. */
export function isSafeEntry(entry: string): boolean {
  if (/[\\:*?"<>|\p{Cc}]/u.test(entry)) return false;
  return entry
    .replace(/^\.\//, '')
    .split('/')
    .every((segment) => segment !== '' && !/[. ]$/.test(segment) && !WINDOWS_DEVICE.test(segment));
}
