/** What two names of a runtime are equal by: letter case, and `-` for `_`. */
export function runtimeKey(runtime: string): string {
  return runtime.toLowerCase().replaceAll('_', '-');
}
