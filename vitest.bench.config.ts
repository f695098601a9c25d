import { defineConfig } from 'vitest/config';

// Benches measure what is published, as Node itself loads it.
export default defineConfig({
  test: {
    include: [],
    benchmark: { include: ['{packages,apps}/*/bench/*.bench.ts'] },
    server: { deps: { external: [/\/(packages|apps)\/[^/]+\/dist\//] } },
  },
});
