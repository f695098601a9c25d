import { createManifest } from '@agentmesh/manifest';
import { openDatabase } from '@agentmesh/registry-sql';

/** Puts `count` plugins `<prefix>-<n>` one after the other, and acknowledges each on a line of its own. */
const [url = '', prefix = '', count = '0'] = process.argv.slice(2);

const database = await openDatabase({ url });
const manifest = createManifest({
  name: 'made',
  version: '1.0.0',
  description: 'made by a child',
  author: prefix,
  plugin_type: 'agent',
});
for (let index = 0; index < Number(count); index += 1) {
  const name = `${prefix}-${index}`;
  await database.store.change(name, (rows) => {
    if (rows.versions.length > 0) throw new Error(`${name} is there already`);
    rows.put({ manifest: { ...manifest, name }, status: { state: 'active' } });
    rows.setOwners([{ keyId: `SHA256:${prefix}`, publicKey: 'pem' }]);
  });
  process.stdout.write(`${name}\n`);
}
await database.close();
