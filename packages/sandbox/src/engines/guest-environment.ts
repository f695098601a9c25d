const WINDOWS_ESSENTIALS = ['SYSTEMROOT', 'TEMP'];

/** A guest's whole environment: nothing; on Windows the two variables without which a process does not start, as they are. */
export function guestEnvironment(): Record<string, string> {
  if (process.platform !== 'win32') return {};
  return Object.fromEntries(WINDOWS_ESSENTIALS.map((name) => [name, process.env[name] ?? '']));
}
