import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { withFileLock, writeFileAtomic } from '@agentmesh/files';

/**
 * What a cloned project brings along is not trusted by itself. The user consents once per content; the consents lie in the user's own
 * folder, as the sha256 of each content with the path where it was accepted.
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

  /** Remembers that the user accepts these bytes, found at `path`. */
  async add(content: Uint8Array, path: string): Promise<void> {
    await mkdir(join(this.#path, '..'), { recursive: true, mode: 0o700 });
    await withFileLock(`${this.#path}.lock`, {}, async () => {
      const accepted = { ...(await this.#read()), [hashOf(content)]: path };
      await writeFileAtomic(this.#path, `${JSON.stringify(accepted, undefined, 2)}\n`, { mode: 0o600 });
    });
  }

  async #read(): Promise<Readonly<Record<string, string>>> {
    const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}';
      throw error;
    });
    const value: unknown = parse(text);
    if (typeof value === 'object' && value !== null && Object.values(value).every((path) => typeof path === 'string')) {
      return value as Record<string, string>;
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
