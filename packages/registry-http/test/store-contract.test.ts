import { openHttpRegistry } from '@agentmesh/registry-http';
import { checkStore, type StoreContract } from '@agentmesh/testkit';
import { describe, it } from 'vitest';
import { startApiServer } from './api-server.js';

/** Rows are put on the server's side and read over HTTP. */
const overHttp: StoreContract = {
  open: async () => {
    const { url, store, server } = await startApiServer();
    const http = openHttpRegistry({ url, allowPrivateHosts: ['127.0.0.1'] });
    return {
      store: {
        change: (name, work) => store.change(name, work),
        versions: (name) => http.store.versions(name),
        owners: (name) => http.store.owners(name),
        search: (query) => http.store.search(query),
      },
      close: async () => {
        await http.close();
        await server.stop();
      },
    };
  },
};

describe('checkStore passes the reading half over HTTP', () => {
  for (const check of checkStore(overHttp)) it(check.name, check.run);
});
