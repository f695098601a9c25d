import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { type InspectSourceOptions, inspectSource } from '@agentmesh/installer';
import { createManifest, saveManifest } from '@agentmesh/manifest';
import { parseSource, SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-local';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agentmesh-inspect-'));
  const plugin = join(folder, 'plugins/greeter');
  mkdirSync(plugin, { recursive: true });
  writeFileSync(join(plugin, 'index.js'), 'export const hello = () => 1;\n');
  const fields = { name: 'greeter', version: '1.0.0', description: 'Greets.', author: 'alice' };
  await saveManifest(createManifest({ ...fields, plugin_type: 'agent' }), plugin);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function inspect(options: Partial<InspectSourceOptions> = {}) {
  const sources = new SourceRegistry().register(createResolver({ root: join(folder, 'plugins') }));
  const stage = join(folder, 'stage');
  return inspectSource(parseSource('local://greeter'), { sources, stage, ...options });
}

describe('looking at a source without installing it', () => {
  it('gives the plugin in the stage, checked, and writes nothing else', async () => {
    const { dir, manifest, files, digest, source, resolved, verification, keyId } = await inspect();
    expect([manifest.name, source, resolved, verification, keyId]).toEqual([
      'greeter',
      'local://greeter',
      'local://greeter',
      'unverified',
      undefined,
    ]);
    expect(await listTree(dir)).toMatchObject({ files, digest });
    expect(readdirSync(folder).sort()).toEqual(['plugins', 'stage']);
  });

  it('trusts whom it is told to, and refuses all others', async () => {
    const signer = PluginSigner.generate();
    await expect(inspect({ trustedKeys: { alice: signer.publicKey } })).rejects.toMatchObject({
      code: 'SIGNATURE_MISSING',
    });
    await signPlugin(join(folder, 'plugins/greeter'), signer);
    const trusted = await inspect({ trustedKeys: { alice: signer.publicKey } });
    expect([trusted.verification, trusted.keyId]).toEqual(['verified', signer.keyId]);
    const other = PluginSigner.generate().publicKey;
    await expect(inspect({ trustedKeys: { alice: other } })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('asks the policy before the fetch and after the checks', async () => {
    const asked: string[] = [];
    const policy: InspectSourceOptions['policy'] = {
      beforeFetch: ({ spec }) => {
        asked.push(`fetch ${spec}`);
        return { allow: true };
      },
      beforeCommit: ({ manifest }) => {
        asked.push(`commit ${manifest.name}`);
        return { deny: 'not today', rule: 'calendar' };
      },
    };
    await expect(inspect({ policy })).rejects.toMatchObject({ code: 'POLICY_DENIED' });
    expect(asked).toEqual(['fetch greeter', 'commit greeter']);
  });

  it('refuses blocked imports, limits and an abort, as an install does', async () => {
    await expect(inspect({ limits: { maxBytes: 10 } })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    await expect(inspect({ signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    writeFileSync(join(folder, 'plugins/greeter/index.js'), "import 'node:child_process';\n");
    await expect(inspect()).rejects.toMatchObject({ code: 'RESTRICTED_IMPORT' });
  });
});
