import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PluginSandbox } from '@agentmesh/sandbox';
import { test } from 'vitest';
import { freshFolder, installPlugin } from '../test/box.js';

const run = promisify(execFile);
const SOURCE = `exports.validate = (input) => {
  const words = input.response.split(/\\s+/).filter(Boolean).length;
  return { result: { valid: words <= input.max_words, word_count: words } };
};`;
const input = { response: 'This is a short response.', max_words: 500 };

const pluginsDir = await freshFolder();
const plugin = await installPlugin(pluginsDir, { files: { 'index.js': SOURCE } });
const sandbox = new PluginSandbox({ pluginsDir });

// To reach: a cold call costs at most 2.5 × `node -e 0`, measured in the same run.
test('a cold call beside a bare Node process', async ({ bench }) => {
  await bench.compare(
    bench('reference: node -e 0', async () => void (await run(process.execPath, ['-e', '0'], { env: {} }))),
    bench('execute', async () => void (await sandbox.execute({ plugin, function: 'validate', input }))),
  );
});
