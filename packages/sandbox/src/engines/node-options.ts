const MIB = 1024 * 1024;
const HEADROOM_MIB = 16;

/** What decides a guest's Node options. */
export interface NodeOptions {
  /** Files and folders that a guest may read: its own program, and where granted files would be. */
  readonly readable: readonly string[];
  /** Folders that a guest may write to. */
  readonly writable: readonly string[];
  readonly memoryBytes: number;
  /** Whether the guest's Node knows an option: `--disable-sigusr1`. */
  knows(option: string): boolean;
}

/**
 * Node's options for a guest: its permission model with nothing granted but the paths given, no code from text, no native
 * code, and few threads whatever the machine has. The heap limit lies above the watched limit, so that the watch speaks first.
 * A fifth of Node's start goes into a hash seed of its own; guests keep the seed that V8 was built with, for what SECURITY.md
 * says of it.
 */
export function nodeOptions({ readable, writable, memoryBytes, knows }: NodeOptions): string[] {
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
    '--disallow-code-generation-from-strings',
    '--no-addons',
    '--no-warnings',
    '--no-global-search-paths',
    '--v8-pool-size=1',
    '--no-rehash-snapshot',
    // Not used then, but else drawn anew, which takes two milliseconds.
    '--hash-seed=1',
    `--max-old-space-size=${Math.ceil(memoryBytes / MIB) + HEADROOM_MIB}`,
    ...(knows('--disable-sigusr1') ? ['--disable-sigusr1'] : []),
    ...(knows('--experimental-ffi') ? ['--no-experimental-ffi'] : []),
  ];
}
