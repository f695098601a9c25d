import { type DestinationStream, destination, type Logger, pino, stdSerializers } from 'pino';

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\bamt_[0-9a-f]{12}_[\w-]+/g, 'amt_…'],
  [/\bbearer\s+[^\s"']+/gi, 'Bearer …'],
  [/\bbasic\s+[A-Za-z0-9+/=]{8,}/gi, 'Basic …'],
  [/(:\/\/)[^/\s@"']+@/g, '$1…@'],
  [/\b(password|passwd|secret|token|api[-_]?key)(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, '$1$2…'],
];

const KEYS: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'sealed',
  'headers',
  'body',
]);

const MAX_DEPTH = 3;

/** How a server logs. */
export interface LoggerOptions {
  readonly level: string;
  /** Default: standard error, written in the background. */
  readonly to?: DestinationStream;
}

/**
 * A logger of JSON lines. Nothing that is logged on purpose holds a secret; what comes along in the text of an error is taken
 * out by its form, and what stands under a telling key by the key.
 */
export function createLogger({ level, to }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      // Pino's own redaction takes as long as all the rest of a line.
      formatters: { level: (label) => ({ level: label }), log: (fields) => withoutSecretKeys(fields) },
      serializers: { err: describeError },
    },
    to ?? destination({ dest: 2, sync: false, minLength: 12_288, periodicFlush: 500 }),
  );
}

/** Takes out of a text what looks like a secret. */
function withoutSecrets(text: string): string {
  return SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

function withoutSecretKeys(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    kept[key] = KEYS.has(key) ? '…' : depth < MAX_DEPTH && isPlain(value) ? withoutSecretKeys(value, depth + 1) : value;
  }
  return kept;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function describeError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return withoutSecrets(String(thrown));
  const { type, message, stack } = stdSerializers.err(thrown);
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  return { type, code, message: withoutSecrets(message), stack: withoutSecrets(stack) };
}
