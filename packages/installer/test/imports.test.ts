import { describe, expect, it } from 'vitest';
import { createWorkshop, type Files, failure } from './workshop.js';

/** The findings that installing these files ends with: `path:line specifier`. */
async function refused(files: Files): Promise<readonly string[]> {
  const shop = await createWorkshop();
  await shop.local('a', { name: 'a' }, files);
  const error = await failure(shop.installer().install('local://a'));
  expect(error.code).toBe('RESTRICTED_IMPORT');
  return error.findings.map(({ path, line, message }) => `${path}:${line} ${message.split(/[ ,]/)[1]}`);
}

async function warnings(files: Files): Promise<readonly string[]> {
  const shop = await createWorkshop();
  await shop.local('a', { name: 'a' }, files);
  const { installed } = await shop.installer().install('local://a');
  return (installed[0]?.findings ?? []).map(({ code, path }) => `${path} ${code}`);
}

describe('the import scan refuses a blocked module', () => {
  it.each([
    ["import fs from 'node:fs';", 'node:fs'],
    ["import 'fs/promises';", 'fs/promises'],
    ['import * as c from "child_process";', 'child_process'],
    ["export { readFile } from 'node:fs';", 'node:fs'],
    ["export * from 'vm';", 'vm'],
    ["const f = await import('node:net');", 'node:net'],
    ['const f = import(`node:net`);', 'node:net'],
    ["const f = require('worker_threads');", 'worker_threads'],
    ["require.resolve('node:module');", 'node:module'],
    ["module.require('os');", 'os'],
    ["process.getBuiltinModule('fs');", 'fs'],
    ["globalThis.process['getBuiltinModule']('fs');", 'fs'],
    ["const { getBuiltinModule } = process; getBuiltinModule('fs');", 'fs'],
    ["process.binding('fs');", 'fs'],
    ["require('child' + '_process');", 'child_process'],
    ["require('\\x66s');", 'fs'],
    ["requ\\u0069re('fs');", 'fs'],
    ["import(/* a comment */ 'node:fs');", 'node:fs'],
    ["import 'node:brand_new_builtin';", 'node:brand_new_builtin'],
  ])('in JavaScript: %s', async (line, specifier) => {
    expect(await refused({ 'index.js': `// first line\n${line}\n` })).toEqual([`index.js:2 ${specifier}`]);
  });

  it.each([
    ["import fs = require('node:fs');", 'node:fs'],
    ["import { type Stats, statSync } from 'node:fs'; const x: Stats = statSync('.');", 'node:fs'],
    ["enum E { a } import 'node:fs';", 'node:fs'],
  ])('in TypeScript: %s', async (line, specifier) => {
    expect(await refused({ 'index.ts': `\n${line}\n` })).toContain(`index.ts:2 ${specifier}`);
  });

  it.each([
    ['import os', 'os'],
    ['import json, os.path as p', 'os.path'],
    ['from urllib.request import urlopen', 'urllib.request'],
    ['from os import (path,', 'os'],
    ["__import__('subprocess')", 'subprocess'],
    ["builtins.__import__('sub' 'process')", 'subprocess'],
    ["x.import_module('\\x6fs')", 'os'],
    ['import ｏｓ', 'os'],
    ['import\\\n    os', 'os'],
    ['f\'{__import__("os")}\'', 'os'],
  ])('in Python: %s', async (line, specifier) => {
    expect(await refused({ 'a.py': `"""Doc."""\n${line}\n` })).toContain(`a.py:2 ${specifier}`);
  });

  it('in every file, and names them all', async () => {
    const found = await refused({
      'index.js': "import './b.cjs';\nimport 'fs';\nimport 'vm';",
      'b.cjs': "#!/usr/bin/env node\nwith (x) require('net');",
      'lib/c.mjs': "export * from 'tls';",
      'd.cts': "const x: string = require('dns');",
    });
    expect(found).toEqual(['b.cjs:2 net', 'd.cts:1 dns', 'index.js:2 fs', 'index.js:3 vm', 'lib/c.mjs:1 tls']);
  });
});

describe('the import scan lets pass', () => {
  it.each<[string, Files]>([
    [
      'what is only text',
      { 'index.js': "// import 'fs'\nconst s = \"require('fs')\"; /* import('vm') */ const r = /require('fs')/;" },
    ],
    [
      'allowed built-ins and relative files',
      { 'index.js': "import 'node:path'; import './os.js'; import 'url';", 'os.js': '' },
    ],
    [
      'imports of types',
      {
        'index.ts':
          "import type { Stats } from 'node:fs'; import { type Server } from './x.js'; export type { A } from 'net';",
      },
    ],
    [
      'methods of that name with another meaning',
      { 'index.js': "x.resolve('fs'); y.binding('fs'); require(name); import(name); require();" },
    ],
    ['relative imports of Python', { 'a.py': 'from . import os\nfrom .os import x\nfrom ..socket import y\n' }],
    [
      'Python text',
      {
        'a.py': '# import os\nx = "import os"\n"""\nimport os\n"""\nimport_module("." + "os")\nb = __import__(b"os")\n',
      },
    ],
    ['other files', { 'index.js': '', 'README.md': "import fs from 'fs'", 'data.json': '"require(\'fs\')"' }],
  ])('%s', async (_, files) => {
    expect(await warnings(files)).toEqual([]);
  });
});

describe('the import scan warns', () => {
  it('of a file that it cannot parse, and still refuses what it found there', async () => {
    expect(await warnings({ 'index.js': "const = 'fs'; import(" })).toEqual(['index.js scan-unparsable']);
    expect(await warnings({ 'a.py': 'def f(:\n  x = "os"\nfrom = "os"\n' })).toEqual(['a.py scan-unparsable']);
    expect(await refused({ 'index.js': "const = 1;\nimport 'fs';" })).toContain('index.js:2 fs');
    expect(await refused({ 'a.py': 'def f(:\n  import os\n' })).toContain('a.py:2 os');
    expect(await refused({ 'index.js': 'export const run = 1;', 'x.js': "require('fs'); '" })).toContain('x.js:1 fs');
  });

  it('of nesting that no parser survives, and reads its tokens', async () => {
    expect(await refused({ 'index.js': `${'('.repeat(200_000)}import('fs')` })).toContain('index.js:1 fs');
  });

  it('of a file that is too large to scan', async () => {
    expect(await warnings({ 'index.js': `require('fs');${' '.repeat(1024 * 1024)}` })).toEqual([
      'index.js scan-too-large',
    ]);
  });
});

describe('the import scan warns of a blocked module', () => {
  const MANIFEST = '{"mcpServers":{}}';

  it.each<[string, Files, string]>([
    [
      'in a script of a skill',
      { 'skills/a/SKILL.md': '---', 'skills/a/scripts/run.py': 'import subprocess\n' },
      'skills/a/scripts/run.py',
    ],
    ['in a server', { '.mcp.json': MANIFEST, 'server.mjs': "import 'node:fs';\n" }, 'server.mjs'],
    [
      'in a server that would be the entry otherwise',
      { 'mcp.json': MANIFEST, 'index.js': "import 'node:fs';\n" },
      'index.js',
    ],
  ])('%s, which is started as a program', async (_where, files, path) => {
    expect(await warnings(files)).toEqual([`${path} restricted-import`]);
  });

  it('and refuses it all the same where the sandbox calls a function of the plugin', async () => {
    const server = { '.mcp.json': MANIFEST, 'server.mjs': "import 'node:fs';\n", 'main.js': 'export const run = 1;\n' };
    const shop = await createWorkshop();
    await shop.local('a', { name: 'a', entry: 'main.js' }, server);
    expect((await failure(shop.installer().install('local://a'))).code).toBe('RESTRICTED_IMPORT');
  });
});
