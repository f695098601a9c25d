import { createHash, hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { PackFile } from './pack-file.js';

/** An object of a repository. */
export interface GitObject {
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /**
   * The content, whole or in pieces; throws `INTEGRITY_MISMATCH` instead of the end of content that belongs to another id.
   */
  readonly content: () => Buffer | AsyncIterable<Buffer>;
}

/**
 * The objects that git fetched into a repository. The id of each is computed anew from its content: from the commit's id down nothing
 * else can be handed out. No attribute, filter or conversion applies; those are for checkouts.
 */
export class ObjectStore {
  readonly #folder: string;
  readonly #limits: { readonly idBytes: number; readonly maxBytes: number };
  readonly #packs = new Map<string, PackFile>();

  /** @param maxBytes most bytes of an object that has to be put together in memory */
  constructor(repository: string, { digits, maxBytes }: { readonly digits: number; readonly maxBytes: number }) {
    this.#folder = join(repository, 'objects', 'pack');
    this.#limits = { idBytes: digits / 2, maxBytes };
    this.refresh();
  }

  /** Takes up what was fetched meanwhile. */
  refresh(): void {
    for (const file of readdirSync(this.#folder)) {
      const name = /^(pack-[0-9a-f]+)\.idx$/.exec(file)?.[1];
      if (name === undefined || this.#packs.has(name)) continue;
      this.#packs.set(name, new PackFile(join(this.#folder, name), this.#limits));
    }
  }

  has(id: string): boolean {
    return [...this.#packs.values()].some((pack) => pack.has(id));
  }

  /**
   * An object by its id.
   *
   * @throws MarketplaceError `FETCH_TOO_LARGE`, `FETCH_FAILED` for a repository that cannot be read
   */
  find(id: string): GitObject | undefined {
    for (const pack of this.#packs.values()) {
      const found = pack.find(id);
      if (found === undefined) continue;
      const { type, size } = found;
      return { type, size, content: () => verified(found.content(), { id, type, size }) };
    }
    return undefined;
  }

  /** Lets go of the files. */
  close(): void {
    for (const pack of this.#packs.values()) pack.close();
    this.#packs.clear();
  }
}

interface Claim {
  readonly id: string;
  readonly type: string;
  readonly size: number;
}

function verified(content: Buffer | AsyncIterable<Buffer>, claim: Claim): Buffer | AsyncIterable<Buffer> {
  if (!Buffer.isBuffer(content)) return verifiedPieces(content, claim);
  // At once, which for many small objects takes half the time.
  const framed = Buffer.concat([Buffer.from(frameOf(claim)), content]);
  if (hash(algorithmOf(claim), framed, 'hex') !== claim.id) throw mismatch();
  return content;
}

async function* verifiedPieces(pieces: AsyncIterable<Buffer>, claim: Claim): AsyncGenerator<Buffer, void, undefined> {
  const counted = createHash(algorithmOf(claim)).update(frameOf(claim));
  let left = claim.size;
  for await (const piece of pieces) {
    counted.update(piece);
    left -= piece.length;
    if (left < 0) throw mismatch();
    yield piece;
  }
  if (left !== 0 || counted.digest('hex') !== claim.id) throw mismatch();
}

/** An id is the hash of type, size and content (gitglossary(7), "object name"). */
function frameOf({ type, size }: Claim): string {
  return `${type} ${size}\0`;
}

function algorithmOf({ id }: Claim): 'sha1' | 'sha256' {
  return id.length === 64 ? 'sha256' : 'sha1';
}

function mismatch(): MarketplaceError {
  return new MarketplaceError('An object of the repository has other content than its id says', {
    code: 'INTEGRITY_MISMATCH',
    hint: 'The server sent bytes that do not belong to this commit: do not use them.',
  });
}
