import { describe, it } from 'node:test';
import { checkResolver } from '@agentmesh/testkit';
import { createResolver } from '../src/index.ts';

describe('the contract of a resolver, kept by agentmesh-resolver-hello', () => {
  const checks = checkResolver({
    createResolver: () => createResolver(),
    known: { spec: 'world', name: 'world' },
    other: { spec: 'moon', name: 'moon' },
    missing: 'nobody',
    hostile: ['World', 'world#main', 'world/x', 'wor ld', 'con'],
  });
  for (const check of checks) it(check.name, check.run);
});
