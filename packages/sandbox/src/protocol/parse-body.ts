import { PluginSandboxError } from '../plugin-sandbox-error.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON value of a frame's body. Depth is scanned before parsing; a key `__proto__` becomes an own property.
 *
 * @param maxDepth deepest nesting of arrays and objects
 * @throws PluginSandboxError `SANDBOX_PROTOCOL` for what is no UTF-8 or no JSON, `SANDBOX_INVALID_OUTPUT` for what is too deep
 */
export function parseBody(body: Uint8Array, maxDepth: number): unknown {
  if (isDeeper(body, maxDepth)) {
    throw new PluginSandboxError(`The answer is nested deeper than ${maxDepth} levels`, {
      code: 'SANDBOX_INVALID_OUTPUT',
      hint: 'Return flatter data.',
    });
  }
  try {
    const value: unknown = JSON.parse(UTF8.decode(body));
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
    throw new PluginSandboxError('The guest broke the protocol: a frame is no JSON text', {
      code: 'SANDBOX_PROTOCOL',
      cause: error,
    });
  }
}

/** UTF-8 never uses the bytes of ASCII inside another character, so bytes can be scanned as they are. */
function isDeeper(body: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < body.length; index += 1) {
    const byte = body[index];
    if (quoted) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}
