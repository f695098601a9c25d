/** An object of parsed JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for an object of parsed JSON, false for a list or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The number of members of all objects in a parsed JSON value; a nesting of any depth is no danger to the stack. */
export function countMembers(value: unknown): number {
  const open: unknown[] = [value];
  let count = 0;
  while (open.length > 0) {
    const next = open.pop();
    const inner: Iterable<unknown> = Array.isArray(next) ? next : Object.values(isJsonObject(next) ? next : {});
    for (const item of inner) {
      if (!Array.isArray(next)) count += 1;
      if (typeof item === 'object' && item !== null) open.push(item);
    }
  }
  return count;
}
