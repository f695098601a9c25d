import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManifest, type ManifestFields, saveManifest } from '@agentmesh/manifest';
import { packPublishable } from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';

/** A plugin that is signed and packed. */
export interface Release {
  readonly name: string;
  readonly version: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly integrity: string;
  /** What goes into `X-Agentmesh-Public-Key`. */
  readonly key: string;
}

/** The author of releases of which nothing else is said. */
export const author = PluginSigner.generate();

/** Makes, signs and packs a plugin of one file. */
export async function release(
  fields: Partial<ManifestFields> = {},
  {
    signer = author,
    content = 'export const run = () => 1;\n' as string | Uint8Array,
    /** Further files, by path in the root. */
    files = {} as Readonly<Record<string, string>>,
  } = {},
): Promise<Release> {
  const dir = await mkdtemp(join(tmpdir(), 'agentmesh-release-'));
  try {
    const manifest = createManifest({
      name: 'weather',
      version: '1.0.0',
      description: 'Tells the weather',
      author: 'alice@example.com',
      plugin_type: 'integration',
      ...fields,
    });
    await saveManifest(manifest, dir);
    await writeFile(join(dir, 'index.js'), content);
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
    await signPlugin(dir, signer);
    const { archive } = await packPublishable(dir);
    const { name, version } = manifest;
    return { name, version, bytes: Uint8Array.from(archive.bytes), integrity: archive.integrity, key: keyOf(signer) };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** A signer's public key as it is sent. */
export function keyOf({ publicKey }: PluginSigner): string {
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** The request that publishes a release. */
export function upload({ bytes, key }: Release, token: string): RequestInit & { token: string } {
  return {
    method: 'PUT',
    token,
    body: bytes,
    headers: { 'content-type': 'application/gzip', 'x-agentmesh-public-key': key },
  };
}
