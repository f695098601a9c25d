import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { withFileLock, writeFileAtomic } from '@agentmesh/files';

/** Accepted contents by their sha256, each with the paths where the user accepted it. */
type Accepted = Readonly<Record<string, readonly string[]>>;

/**
 * What a cloned project brings along is not trusted by itself. The user consents once per content; the consents lie in the user's own
 * folder.
 */
export class Consents {
  readonly #path: string;

  constructor(userDir: string) {
    this.#path = join(userDir, 'consents.json');
  }

  /** True when the user accepted exactly these bytes before. */
  async has(content: Uint8Array): Promise<boolean> {
    return Object.hasOwn(await this.#read(), hashOf(content));
  }

  /** True when the user accepted something at `path` before. */
  async hasAnyFor(path: string): Promise<boolean> {
    return Object.values(await this.#read()).some((paths) => paths.includes(path));
  }

  /** Remembers that the user accepts these bytes, found at `path`. */
  async add(content: Uint8Array, path: string): Promise<void> {
    const hash = hashOf(content);
    await this.#change((accepted) => ({ ...accepted, [hash]: [...new Set([...(accepted[hash] ?? []), path])] }));
  }

  /** Forgets everything that the user accepted at `path`. */
  async removeAllFor(path: string): Promise<void> {
    await this.#change((accepted) => {
      const left = Object.entries(accepted).map(([hash, paths]) => [hash, paths.filter((other) => other !== path)]);
      return Object.fromEntries(left.filter(([, paths]) => paths !== undefined && paths.length > 0));
    });
  }

  async #change(work: (accepted: Accepted) => Accepted): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await withFileLock(`${this.#path}.lock`, {}, async () => {
      const accepted = work(await this.#read());
      await writeFileAtomic(this.#path, `${JSON.stringify(accepted, undefined, 2)}\n`, { mode: 0o600 });
    });
  }

  async #read(): Promise<Accepted> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    const value: unknown = parse(text);
    if (typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray)) {
      return value as Accepted; // a path that is no text equals no path
    }
    throw new MarketplaceError(`Expected an object of accepted contents in ${printable(this.#path)}`, {
      code: 'SETTINGS_INVALID',
      hint: 'Delete the file to start over; you will be asked again.',
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
