/** A guest's whole environment: nothing; on Windows the two variables that a process cannot start without. */
export function guestEnvironment(): Record<string, string> {
  if (process.platform !== 'win32') return {};
  const systemRoot = 'C:\\Windows';
  return { SYSTEMROOT: systemRoot, TEMP: `${systemRoot}\\Temp` };
}
