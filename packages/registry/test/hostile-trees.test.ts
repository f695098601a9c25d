import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { saveManifest, withFields } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { PluginSigner } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
// @boundaries-ignore the hostile trees are one list, whose home is the package that refuses them
import { hostileTrees } from '../../artifact/test/hostile-trees.js';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

const signer = PluginSigner.generate();
const digest = `h1:${Buffer.alloc(32).toString('base64')}`;

describe.skipIf(process.platform === 'win32')('publish refuses a folder with', () => {
  it.each(hostileTrees())('$name, signed or not', async ({ code, make }) => {
    const folder = await temporaryFolder();
    const registry = await PluginRegistry.open({ storagePath: join(folder, 'registry.json') });
    const dir = join(folder, 'plugin');
    await mkdir(dir);
    await make(dir);
    await saveManifest(manifestOf(), dir);
    await expect(registry.publish(dir)).rejects.toMatchObject({ code });
    await saveManifest(signer.sign(withFields(manifestOf(), { content_digest: digest })), dir);
    await expect(registry.publish(dir, { publicKey: signer.publicKey })).rejects.toMatchObject({ code });
    expect(await registry.listPlugins()).toEqual([]);
    expect(await readdir(join(folder, 'registry'))).toEqual(['registry.lock']);
  });
});
