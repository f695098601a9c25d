import { listTree } from '@agentmesh/artifact';
import { checkBundled } from '@agentmesh/installer';
import { saveManifest } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { type Fields, type Files, failure, manifestOf, temporaryFolder, writeFiles } from './workshop.js';

async function check(files: Files, fields: Partial<Fields> = {}): Promise<readonly string[]> {
  const dir = await temporaryFolder();
  const manifest = manifestOf({ name: 'a', ...fields });
  await writeFiles(dir, files);
  await saveManifest(manifest, dir);
  const findings = await checkBundled({ manifest, dir, tree: await listTree(dir, { view: 'packing' }) });
  return findings.map(
    ({ code, severity, path, line }) => `${severity} ${code} ${path}${line === undefined ? '' : `:${line}`}`,
  );
}

describe('a plugin about to be published', () => {
  it('passes when its entry reaches files of its own and allowed built-ins', async () => {
    const files = {
      'index.js':
        "import './lib/b.js'; import { join } from 'node:path'; import data from './data.json' with { type: 'json' };",
      'lib/b.js': "export * from '../c.cjs'; import('./d/index.js?x'); import 'data:text/javascript,1'; import '#own';",
      'c.cjs': "require('./lib/d'); require('./e'); require('util');",
      'lib/d/index.js': "import './again.js'; import '../../index.js';",
      'lib/d/again.js': '',
      'e.ts': "import type { X } from 'left-pad';",
      'data.json': '{}',
    };
    expect(await check(files)).toEqual([]);
  });

  it('is refused for each package that is not bundled, with the bundler named', async () => {
    const dir = await temporaryFolder();
    await writeFiles(dir, {
      'a.js': "import './b.js';\n",
      'b.js': "\nimport pad from 'left-pad';\nrequire('@scope/x/y');\n",
    });
    await writeFiles(dir, { 'node_modules/left-pad/index.js': '' });
    await saveManifest(manifestOf({ name: 'a' }), dir);
    const registry = new PluginRegistry({ checkFiles: checkBundled });
    const refused = await failure(registry.publish(dir));
    expect(refused.findings.map(({ code, path, line }) => [code, path, line])).toEqual([
      ['import-not-bundled', 'b.js', 2],
      ['import-not-bundled', 'b.js', 3],
    ]);
    expect(refused.message).toContain('left-pad');
    expect(refused.message).toContain('esbuild --bundle');
  });

  it('is refused for a blocked built-in, and warned of a file that is missing', async () => {
    const files = { 'a.mjs': "import 'node:fs';\nimport './gone.js';\nimport { x } from 'fs-extra';" };
    expect(await check(files)).toEqual([
      'error restricted-import a.mjs:1',
      'error import-not-bundled a.mjs:3',
      'warning import-missing a.mjs:2',
    ]);
  });

  it('is followed from its entry only', async () => {
    expect(await check({ 'main.js': '', 'scripts/build.js': "import 'esbuild';" }, { entry: 'main.js' })).toEqual([]);
  });

  it('passes without an entry and in other languages, and is refused with two entries', async () => {
    expect(await check({ 'rules.json': '{}' })).toEqual([]);
    expect(await check({ 'a.py': 'import numpy\n' })).toEqual([]);
    expect(await check({ 'a.py': '', 'a.js': '' })).toEqual(['error entry-ambiguous entry']);
  });

  it('is read even where a file does not parse', async () => {
    expect(await check({ 'a.js': "const = 1;\nimport 'left-pad';" })).toEqual(['error import-not-bundled a.js:2']);
  });
});
