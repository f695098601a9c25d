import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { packTree } from '@agentmesh/artifact';
import {
  createOciClient,
  type OciClientOptions,
  type PushedPlugin,
  parseOciReference,
  pushPlugin,
} from '@agentmesh/oci';

/** Packs files and pushes them to a registry, on loopback without TLS unless the options say otherwise. */
export async function pushFolder(
  reference: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  options: { readonly contentDigest?: string; readonly client?: OciClientOptions } = {},
): Promise<PushedPlugin> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-push-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const { bytes, tree } = await packTree(folder);
    return await pushArchive(reference, bytes, { contentDigest: tree.digest, ...options });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pushes any bytes as a plugin. */
export function pushArchive(
  reference: string,
  archive: Uint8Array,
  { contentDigest = 'h1:x', client = {} }: { readonly contentDigest?: string; readonly client?: OciClientOptions } = {},
): Promise<PushedPlugin> {
  const { tag, ...repository } = parseOciReference(reference);
  return pushPlugin(createOciClient({ allowPrivateHosts: ['127.0.0.1'], ...client }), {
    ...{ repository, tag, archive, signal: new AbortController().signal },
    plugin: { name: 'demo', version: '1.0.0', contentDigest },
  });
}
