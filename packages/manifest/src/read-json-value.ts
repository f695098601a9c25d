import { isPlainObject } from './is-plain-object.js';
import type { JsonValue } from './plugin-manifest.js';
import type { Problems } from './problems.js';

/** Deepest nesting of lists and objects in a value under an `x-…` key. */
const MAX_DEPTH = 32;

/**
 * A frozen copy of a value under an `x-…` key, or undefined when something in it is not allowed; every such thing is reported.
 * Objects get no prototype, so a key `__proto__` is data like any other.
 */
export function readJsonValue(value: unknown, path: string, problems: Problems): JsonValue | undefined {
  return read(value, path, { problems, depth: 0 });
}

interface Place {
  readonly problems: Problems;
  readonly depth: number;
}

function read(value: unknown, path: string, place: Place): JsonValue | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return readString(value, path, place);
  if (typeof value === 'number') return readNumber(value, path, place);
  if (place.depth >= MAX_DEPTH) return refuse(path, `nested deeper than ${MAX_DEPTH} levels`, place);
  const inside = { ...place, depth: place.depth + 1 };
  if (Array.isArray(value)) return readList(value, path, inside);
  if (isPlainObject(value)) return readObject(value, path, inside);
  return refuse(path, `a ${typeof value} is no text, boolean, null, integer, list or object`, place);
}

function readString(value: string, path: string, { problems }: Place): string | undefined {
  if (value.isWellFormed()) return value;
  problems.error('text-malformed', path, 'expected well-formed Unicode, found a lone surrogate');
  return undefined;
}

function readNumber(value: number, path: string, place: Place): number | undefined {
  // Adding zero turns -0 into 0, which is what JSON keeps of it.
  if (Number.isSafeInteger(value)) return value + 0;
  return refuse(path, 'expected an integer within ±(2^53 − 1); other numbers stand in quotes', place);
}

function readList(list: readonly unknown[], path: string, place: Place): JsonValue | undefined {
  const copy: JsonValue[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const item = read(list[index], `${path}[${index}]`, place);
    if (item !== undefined) copy.push(item);
  }
  return Object.freeze(copy);
}

function readObject(object: object, path: string, place: Place): JsonValue | undefined {
  const copy: Record<string, JsonValue> = Object.create(null);
  for (const [key, value] of Object.entries(object)) {
    const inside = `${path}.${key}`;
    if (readString(key, inside, place) === undefined) continue;
    const item = read(value, inside, place);
    if (item !== undefined) copy[key] = item;
  }
  return Object.freeze(copy);
}

function refuse(path: string, message: string, { problems }: Place): undefined {
  problems.error('value-unsupported', path, message);
}
