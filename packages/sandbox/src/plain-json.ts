import { PluginSandboxError } from './plugin-sandbox-error.js';

/** What {@link plainJson} accepts. */
export interface PlainJsonLimits {
  /** Largest text in bytes. */
  readonly bytes: number;
  readonly depth: number;
}

/**
 * The JSON text of plain data: null, booleans, finite numbers, strings, lists and objects without a class. Whatever JSON
 * would change without a word is refused, but for properties that are undefined, which it leaves out.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` naming the place
 */
export function plainJson(input: unknown, limits: PlainJsonLimits): string {
  try {
    return textOf(input, limits);
  } catch (error) {
    if (error instanceof PluginSandboxError) throw error;
    // An accessor or a proxy that throws: what it throws is the input's own.
    throw invalid('Expected JSON data as input, got an object that cannot be read', error);
  }
}

function textOf(input: unknown, limits: PlainJsonLimits): string {
  checkPlain(input, limits.depth);
  const text = JSON.stringify(input);
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) throw invalid(`Expected an input of at most ${limits.bytes} bytes as JSON, got ${bytes}`);
  return text;
}

/** With a list of what is left to look at instead of recursion: the depth of hostile data must not be the stack's. */
function checkPlain(input: unknown, maxDepth: number): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: input, path: 'input', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path, depth } = next;
    if (isScalar(value)) continue;
    const problem = describeProblem(value);
    if (problem !== undefined) throw invalid(`Expected JSON data as ${path}, got ${problem}`);
    if (depth >= maxDepth)
      throw invalid(`Expected an input nested at most ${maxDepth} levels deep, or without a cycle`);
    for (const [key, member] of Object.entries(Object(value))) {
      if (member === undefined && !Array.isArray(value)) continue;
      open.push({ value: member, path: path.length < 200 ? `${path}.${key}` : path, depth: depth + 1 });
    }
  }
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function describeProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? String(value) : typeof value;
  if ('toJSON' in value) return 'an object with its own idea of JSON (toJSON)';
  if (Array.isArray(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return undefined;
  return Object.getPrototypeOf(prototype) === null ? undefined : 'an instance of a class';
}

function invalid(message: string, cause?: unknown): PluginSandboxError {
  return new PluginSandboxError(message, {
    code: 'SANDBOX_INVALID_CALL',
    cause,
    hint: 'Pass what JSON can carry: null, booleans, finite numbers, text, lists and plain objects.',
  });
}
