import { defineConfig } from 'vitest/config';

/** Tests that hold times, memory or the processes of the machine against a limit: beside others they would measure those, too. */
const APART = [
  'apps/server/test/abuse/*.test.ts',
  'packages/artifact/test/hostile-input.test.ts',
  'packages/resolver-git/test/transfer.test.ts',
  'packages/resolver-https/test/hostile-servers.test.ts',
  'packages/sandbox/test/{faults,limits,pool,pool-host,sandbox-pool,soak}.test.ts',
];

export default defineConfig({
  ssr: { resolve: { conditions: ['@agentmesh/source'] } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/index.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 90 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['{packages,apps}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...APART],
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'apart', include: APART, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
