import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { digestFiles, integrityOf } from '@agentmesh/artifact';
import { createManifest, formatManifest, type ManifestFields } from '@agentmesh/manifest';
import { author, keyOf, type Release } from './releases.js';

const BLOCK = 512;

/** What of a release matters to a test. */
export interface QuickOptions {
  readonly content?: Buffer;
  /** Of the one file besides the manifest. */
  readonly path?: string;
  readonly fields?: Partial<ManifestFields>;
  /** Lines behind those of the manifest, which nobody signed. */
  readonly tail?: string;
}

/** A signed release of about 2 KB, made in memory: for tests that need thousands. */
export function quickRelease(
  name: string,
  version: string,
  { fields = {}, path = 'index.js', tail = '', ...more }: QuickOptions = {},
): Release {
  const source = more.content ?? Buffer.from(`export const run = () => '${name} ${version}';\n`);
  const digest = digestFiles([{ path, sha256: createHash('sha256').update(source).digest('hex') }]);
  const manifest = author.sign(
    createManifest({
      name,
      version,
      description: `${name} for tests`,
      author: 'alice@example.com',
      plugin_type: 'integration',
      content_digest: digest,
      ...fields,
    }),
  );
  const tar = Buffer.concat([
    ...file('agent-plugin.yaml', Buffer.from(formatManifest(manifest) + tail)),
    ...file(path, source),
    Buffer.alloc(2 * BLOCK),
  ]);
  const bytes = Uint8Array.from(gzipSync(tar, { level: 1 }));
  return { name, version, bytes, integrity: integrityOf(bytes), key: keyOf(author) };
}

/** An entry of a tar (POSIX.1-2017, pax, "ustar Interchange Format"). */
function file(path: string, content: Buffer): Buffer[] {
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}
