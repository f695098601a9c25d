const MIB = 1024 * 1024;
const HEADROOM_MIB = 16;

/** What decides a guest's Node options. */
export interface NodeOptions {
  /** The folder a guest may read. */
  readonly readable: string;
  readonly memoryBytes: number;
  /** Whether the guest's Node knows an option: `--disable-sigusr1`. */
  knows(option: string): boolean;
}

/**
 * Node's options for a guest: its permission model with nothing granted but reading the guest's own program, no code from
 * text, and no native code. The heap limit lies above the watched limit, so that the watch speaks first.
 */
export function nodeOptions({ readable, memoryBytes, knows }: NodeOptions): string[] {
  return [
    '--permission',
    `--allow-fs-read=${readable}`,
    '--disallow-code-generation-from-strings',
    '--no-addons',
    '--no-warnings',
    '--no-global-search-paths',
    `--max-old-space-size=${Math.ceil(memoryBytes / MIB) + HEADROOM_MIB}`,
    ...(knows('--disable-sigusr1') ? ['--disable-sigusr1'] : []),
    ...(knows('--experimental-ffi') ? ['--no-experimental-ffi'] : []),
  ];
}
