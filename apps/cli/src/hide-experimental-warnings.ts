/**
 * Keeps Node's notes about experimental built-ins (SQLite for locks and type stripping, on Node 22 and 24) off the user's screen;
 * every other warning is printed as before.
 */
export function hideExperimentalWarnings(): void {
  const shown = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name === 'ExperimentalWarning') return;
    for (const listener of shown) listener(warning);
  });
}
