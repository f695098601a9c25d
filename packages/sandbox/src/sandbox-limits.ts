import { PluginSandboxError } from './plugin-sandbox-error.js';

/** What one call may use. Every limit is an option. */
export interface SandboxLimits {
  /** Longest a call may take from the moment it is handed to a guest, in milliseconds; at most 300,000. */
  readonly wallMs: number;
  /** Longest a guest may take to be ready for a plugin, in milliseconds. */
  readonly startMs: number;
  /** Memory beyond what the guest holds before the plugin loads, in bytes. */
  readonly memoryBytes: number;
  /** Of what a guest prints, this many bytes are kept. */
  readonly logBytesKept: number;
  /** A guest that prints more bytes than this is killed. */
  readonly logBytes: number;
  /** Largest input as JSON, in bytes. */
  readonly inputBytes: number;
  /** Largest result as JSON, in bytes; at most 16 MiB. */
  readonly resultBytes: number;
  /** Longest message of a plugin's own error, in UTF-16 code units. */
  readonly errorUnits: number;
  /** All source files of a plugin together, in bytes. */
  readonly sourceBytes: number;
  /** Deepest nesting of input and result. */
  readonly depth: number;
  /** Open descriptors of a guest. */
  readonly descriptors: number;
  /** Threads of a guest. */
  readonly threads: number;
  /** Requests that a plugin with `permissions.net` may make in one call, and a long-lived process of it in a minute. */
  readonly fetches: number;
  /** Largest body of such a request, in bytes. */
  readonly fetchRequestBytes: number;
  /** Largest body of its answer, decompressed, in bytes. */
  readonly fetchResponseBytes: number;
  /** Largest scratch space that a plugin may be granted, in bytes. */
  readonly scratchBytes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The defaults of the design paper. */
export const DEFAULT_SANDBOX_LIMITS: Readonly<SandboxLimits> = Object.freeze({
  wallMs: 30_000,
  startMs: 20_000,
  memoryBytes: 128 * MIB,
  logBytesKept: 256 * KIB,
  logBytes: 4 * MIB,
  inputBytes: 8 * MIB,
  resultBytes: MIB,
  errorUnits: 4 * KIB,
  sourceBytes: 16 * MIB,
  depth: 512,
  descriptors: 64,
  threads: 16,
  fetches: 100,
  fetchRequestBytes: MIB,
  fetchResponseBytes: 8 * MIB,
  scratchBytes: 256 * MIB,
});

const CEILINGS: Partial<SandboxLimits> = {
  wallMs: 300_000,
  memoryBytes: 4096 * MIB,
  inputBytes: 64 * MIB,
  resultBytes: 16 * MIB,
  depth: 2000,
  fetchRequestBytes: 64 * MIB,
  fetchResponseBytes: 64 * MIB,
};

/** Most of a limit that there may be. */
export function ceilingOf(name: keyof SandboxLimits): number {
  return CEILINGS[name] ?? Number.MAX_SAFE_INTEGER;
}

/**
 * The defaults with changes.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` for what is no positive integer, or above its ceiling
 */
export function resolveLimits(changes: Partial<SandboxLimits> = {}): SandboxLimits {
  const limits: SandboxLimits = { ...DEFAULT_SANDBOX_LIMITS, ...changes };
  for (const [name, value] of Object.entries(limits)) checkLimit(name as keyof SandboxLimits, value);
  return limits;
}

/** @throws PluginSandboxError `SANDBOX_INVALID_CALL` for what is no positive integer, or above its ceiling */
export function checkLimit(name: keyof SandboxLimits, value: unknown): void {
  const ceiling = ceilingOf(name);
  if (Number.isSafeInteger(value) && typeof value === 'number' && value > 0 && value <= ceiling) return;
  throw new PluginSandboxError(
    `Expected the limit ${name} to be an integer from 1 to ${ceiling}, got ${String(value)}`,
    {
      code: 'SANDBOX_INVALID_CALL',
      hint: 'Times are in milliseconds, sizes in bytes.',
    },
  );
}
