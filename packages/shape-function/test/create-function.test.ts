import { join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { loadManifest } from '@agentmesh/manifest';
import { PluginSandbox } from '@agentmesh/sandbox';
import { createFunction } from '@agentmesh/shape-function';
import { afterAll, describe, expect, it } from 'vitest';

const pluginsDir = join(import.meta.dirname, '../../../examples/plugins');
const plugin = 'response-length-validator';
const sandbox = new PluginSandbox({
  pluginsDir,
  verifyTree: async (name) => {
    const root = join(pluginsDir, name);
    return { root, manifest: await loadManifest(root), files: (await listTree(root, { view: 'packing' })).files };
  },
});
afterAll(() => sandbox.close());

const functionOf = (name: string) => createFunction({ plugin, name, execute: (call) => sandbox.execute(call) });

describe('a function of a plugin', () => {
  it('is called in the sandbox as if it were one of the host', async () => {
    const validate = functionOf('validate');
    expect(await validate({ response: 'This is a short response.', max_words: 500 })).toMatchObject({ valid: true });
  });

  it('fails with what the plugin threw, and nothing in it reaches a terminal', async () => {
    const failing = createFunction({
      plugin,
      name: 'validate',
      execute: async () => ({ error: { type: 'Error', message: '\u001b[31mred' } }),
    });
    await expect(failing()).rejects.toMatchObject({
      code: 'FUNCTION_FAILED',
      message: expect.not.stringContaining('\u001b'),
    });
  });

  it('that is not there is said to be none', async () => {
    await expect(functionOf('absent')({})).rejects.toMatchObject({ code: 'SANDBOX_INVALID_CALL' });
  });

  it('ends with its signal', async () => {
    await expect(functionOf('validate')({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'SANDBOX_ABORTED',
    });
  });
});
