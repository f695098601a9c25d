// Plain JavaScript over the built packages: stripping types would count as their memory.
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isMarketplaceError } from '@agentmesh/errors';
import { SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-https';

/** Fetches a spec into `<folder>/target` and writes what came of it: code, peak memory in MiB, what is left. */
const [spec = '', folder = '', ca = '', timeoutMs = '300000'] = process.argv.slice(2);

const resolver = createResolver({
  allowPrivateHosts: ['127.0.0.1'],
  ca: readFileSync(ca, 'utf8'),
  lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  retry: { backoffMs: 1 },
});
const registry = new SourceRegistry().register(resolver);
const started = performance.now();
const code = await registry
  .fetch({ scheme: 'https', spec }, `${folder}/target`, { limits: { timeoutMs: Number(timeoutMs) } })
  .then(
    () => 'fetched',
    (error) => (isMarketplaceError(error) ? error.code : String(error)),
  );
const took = performance.now() - started;
// On Linux the peak of the whole process in KiB.
const peak = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ code, took, peak, left: await readdir(folder) }));
