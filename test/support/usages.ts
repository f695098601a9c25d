/** For each package, a program of somebody who has it alone; each prints `used` at its end. */
export const usages: Readonly<Record<string, string>> = {
  '@agentmesh/errors': `
import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
const error: unknown = new MarketplaceError('m', { code: 'C', hint: 'h' });
if (isMarketplaceError(error) && error.code === 'C') console.log('used');
`,
  '@agentmesh/files': `
import { readFileLimited, withFileLock, writeFileAtomic } from '@agentmesh/files';
const text: string = await withFileLock('f.lock', {}, async () => {
  await writeFileAtomic('f.txt', 'used');
  return (await readFileLimited('f.txt', 10)).toString('utf8');
});
console.log(text);
`,
  '@agentmesh/http': `
import { createGuardedClient } from '@agentmesh/http';
const client = createGuardedClient();
const failure: unknown = await client.request({ url: 'https://127.0.0.1/' }).catch((error: unknown) => error);
if (failure instanceof Error && 'code' in failure && failure.code === 'ADDRESS_REFUSED') console.log('used');
await client.close();
`,
  '@agentmesh/artifact': `
import { mkdir, writeFile } from 'node:fs/promises';
import { listTree, packTree, unpackArchive } from '@agentmesh/artifact';
await mkdir('tree');
await writeFile('tree/a.js', 'export {};');
const { bytes, integrity } = await packTree('tree');
const tree = await unpackArchive(bytes, 'out', { integrity });
if (tree.digest === (await listTree('tree')).digest) console.log('used');
`,
  '@agentmesh/manifest': `
import { createManifest, type PluginManifest, PluginType, satisfies } from '@agentmesh/manifest';
const manifest: PluginManifest = createManifest({
  name: 'a', version: '1.0.0', description: 'd', author: 'x', plugin_type: PluginType.validator,
});
if (satisfies(manifest.version, '>=1.0.0,<2.0.0')) console.log('used');
`,
  '@agentmesh/signing': `
import { mkdir, writeFile } from 'node:fs/promises';
import { PluginSigner, signPlugin, verifySignature } from '@agentmesh/signing';
await mkdir('p');
await writeFile('p/agent-plugin.yaml', 'name: a\\nversion: 1.0.0\\ndescription: d\\nauthor: x\\nplugin_type: validator\\n');
const signer = PluginSigner.generate();
const answer: true = verifySignature(await signPlugin('p', signer), signer.publicKey);
if (answer) console.log('used');
`,
  '@agentmesh/registry': `
import { mkdir, writeFile } from 'node:fs/promises';
import { PluginRegistry } from '@agentmesh/registry';
await mkdir('p');
await writeFile('p/agent-plugin.yaml', 'name: abc\\nversion: 1.0.0\\ndescription: d\\nauthor: x\\nplugin_type: validator\\n');
await writeFile('p/abc.js', 'export const f = () => 1;');
const registry = new PluginRegistry();
await registry.publish('p');
if ((await registry.search('ab'))[0]?.name === 'abc') console.log('used');
`,
  '@agentmesh/resolver': `
import { formatSource, parseSource, type SourceResolver, SourceRegistry } from '@agentmesh/resolver';
const resolver: SourceResolver = {
  scheme: 'hello',
  fetch: async (spec) => ({ name: spec, resolved: \`hello://\${spec}\` }),
};
const sources = new SourceRegistry().register(resolver);
if (sources.schemes()[0] === 'hello' && formatSource(parseSource('hello://x')) === 'hello://x') console.log('used');
`,
  '@agentmesh/resolver-local': `
import { createResolver } from '@agentmesh/resolver-local';
if (createResolver({ root: '.' }).scheme === 'local') console.log('used');
`,
  '@agentmesh/resolver-clawhub': `
import { createResolver } from '@agentmesh/resolver-clawhub';
if (createResolver().scheme === 'clawhub') console.log('used');
`,
  '@agentmesh/oci': `
import { createOciClient, formatOciReference, parseOciReference } from '@agentmesh/oci';
const reference = parseOciReference('127.0.0.1:5000/acme/greeter:1.0.0');
const { signal } = new AbortController();
const session = createOciClient().open(reference, { access: 'pull', signal });
const failure: unknown = await session.findManifest('1.0.0').catch((error: unknown) => error);
if (failure instanceof Error && formatOciReference(reference).endsWith(':1.0.0')) console.log('used');
`,
  '@agentmesh/resolver-oci': `
import { createResolver } from '@agentmesh/resolver-oci';
if (createResolver({ loopback: 'https' }).scheme === 'oci') console.log('used');
`,
  '@agentmesh/resolver-npm': `
import { createResolver } from '@agentmesh/resolver-npm';
if (createResolver({ registry: 'https://npm.example.com' }).scheme === 'npm') console.log('used');
`,
  '@agentmesh/resolver-registry': `
import { createResolver } from '@agentmesh/resolver-registry';
const registry = { versions: async () => [], readArtifact: async () => new Uint8Array() };
if (createResolver({ registry }).scheme === 'registry') console.log('used');
`,
  '@agentmesh/resolver-loader': `
import { findExtension, isExtensionName } from '@agentmesh/resolver-loader';
const failure: unknown = await findExtension('agentmesh-resolver-x', { kind: 'resolver', folders: ['.'] }).catch((error: unknown) => error);
if (failure instanceof Error && isExtensionName('resolver', 'agentmesh-resolver-x')) console.log('used');
`,
  '@agentmesh/registry-sql': `
import { mkdtemp } from 'node:fs/promises';
import { openDatabase } from '@agentmesh/registry-sql';
const database = await openDatabase({ url: \`sqlite:\${await mkdtemp('/tmp/use-')}/registry.db\` });
if ((await database.store.versions('none')).length === 0 && database.engine === 'sqlite') console.log('used');
await database.close();
`,
  '@agentmesh/registry-http': `
import { parseRegistryUrl } from '@agentmesh/registry-http';
if (parseRegistryUrl('https://plugins.example.com') !== undefined) console.log('used');
`,
  '@agentmesh/shape-agentskills': `
import { parseSkill } from '@agentmesh/shape-agentskills';
const text = '---\\nname: notes\\ndescription: Turns notes into a list.\\n---\\nDo it.\\n';
if (parseSkill(new TextEncoder().encode(text)).skill?.name === 'notes') console.log('used');
`,
  '@agentmesh/shape-mcp': `
import { createShape } from '@agentmesh/shape-mcp';
if (createShape().shape === 'mcp') console.log('used');
`,
  '@agentmesh/container': `
import { readContainer } from '@agentmesh/container';
const failure: unknown = await readContainer('.').catch((error: unknown) => error);
if (failure instanceof Error) console.log('used');
`,
  '@agentmesh/activation': `
import { mkdir } from 'node:fs/promises';
import { activateWorkspace, stagePlugin } from '@agentmesh/activation';
import { createManifest } from '@agentmesh/manifest';
import { ShapeRegistry } from '@agentmesh/shape';
await mkdir('workspace/.agentmesh/plugins/a', { recursive: true });
const fields = { name: 'a', version: '1.0.0', description: 'd', author: 'a', plugin_type: 'integration' } as const;
const { activated } = await activateWorkspace({
  folder: 'workspace',
  runtime: 'claude',
  shapes: new ShapeRegistry(),
  readPlugin: async (_, root) => stagePlugin({ root, manifest: createManifest(fields), tree: { files: [] } }),
});
if (activated[0]?.plugin === 'a') console.log('used');
`,
  '@agentmesh/installer': `
import { PluginInstaller } from '@agentmesh/installer';
const installer = new PluginInstaller({ pluginsDir: 'state/plugins' });
if (!PluginInstaller.checkSandbox('subprocess') && (await installer.listInstalled()).length === 0) console.log('used');
`,
  '@agentmesh/sandbox': `
import { mkdir, writeFile } from 'node:fs/promises';
import { PluginSandbox, PluginSandboxError } from '@agentmesh/sandbox';
await mkdir('plugins', { recursive: true });
const sandbox = new PluginSandbox({ pluginsDir: 'plugins', timeoutMs: 5_000 });
await sandbox.execute({ plugin: 'absent', function: 'f', input: {} }).catch((error: unknown) => {
  if (error instanceof PluginSandboxError && error.code === 'PLUGIN_NOT_INSTALLED') console.log('used');
});
await sandbox.close();
await writeFile('done', '');
`,
  '@agentmesh/testkit': `
import { checkResolver, type ContractCheck } from '@agentmesh/testkit';
const checks: (...args: Parameters<typeof checkResolver>) => readonly ContractCheck[] = checkResolver;
if (typeof checks === 'function') console.log('used');
`,
};
