const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** What a dynamic loader or a shell obeys before limits are set, and what is ours to say. */
const RESERVED = /^(?:LD_.*|BASH.*|SHELLOPTS|ENV|PS4|IFS|PLUGIN_ROOT|PLUGIN_DATA)$/;

/** Whether a variable of this name can be given to a long-lived process. */
export function canSetVariable(name: string): boolean {
  return NAME.test(name) && !RESERVED.test(name);
}
