import { execFileSync } from 'node:child_process';
import { builtinModules } from 'node:module';
import { ALL_BLOCKED_MODULES, ALLOWED_NODE_MODULES, isBlockedModule, RESTRICTED_MODULES } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';

/** The list of the Python toolkit, which issue and users know. */
const PYTHON =
  'subprocess os shutil ctypes importlib socket http urllib ftplib smtplib telnetlib pickle shelve marshal code codeop ' +
  'compileall multiprocessing signal resource pty termios fcntl mmap winreg _winapi';

describe('modules that plugins may not import', () => {
  it.each(PYTHON.split(' '))('Python: %s and its parts', (name) => {
    expect(ALL_BLOCKED_MODULES).toContain(name);
    expect(isBlockedModule(name)).toBe(true);
    expect(isBlockedModule(`${name}.part`)).toBe(true);
  });

  it.each([...builtinModules])('the running Node: %s is blocked or allowed, never forgotten', (name) => {
    const isAllowed = ALLOWED_NODE_MODULES.includes(name);
    expect(ALL_BLOCKED_MODULES.includes(name)).toBe(!isAllowed);
    expect(isBlockedModule(name)).toBe(!isAllowed);
    expect(isBlockedModule(name.startsWith('node:') ? name : `node:${name}`)).toBe(!isAllowed);
  });

  it.each([
    'fs/promises',
    'node:fs/promises',
    'os.path',
    'http.client',
    'node:sqlite',
    'node:ffi',
    'node:sea',
    'node:test/reporters',
    'node:not-yet-invented',
    'node:util/unknown',
    'node:%66s',
    'node:fs?x',
    'NODE:fs',
    ' node:fs',
    'no\tde:fs',
    'fs/',
    'child_process',
    '_http_client',
    'dns/promises',
    'inspector',
  ])('%j is blocked', (specifier) => {
    expect(isBlockedModule(specifier)).toBe(true);
  });

  it.each([
    'path',
    'node:path/posix',
    'util/types',
    'node:crypto',
    'node:stream/web',
    'zlib',
    'lodash',
    '@scope/fs',
    './fs',
    '../os.js',
    '/fs',
    'fs-extra',
    'httpx',
    'FS',
    'Os',
    'osprey',
    'sqlite',
    'json',
    'sys',
    '',
  ])('%j is not', (specifier) => {
    expect(isBlockedModule(specifier)).toBe(false);
  });

  it('the restricted ones are among all of them, and no list names one twice', () => {
    expect(RESTRICTED_MODULES.slice(0, 5)).toEqual(['subprocess', 'os', 'shutil', 'ctypes', 'importlib']);
    expect(RESTRICTED_MODULES.filter((name) => !ALL_BLOCKED_MODULES.includes(name))).toEqual([]);
    expect(new Set(ALL_BLOCKED_MODULES).size).toBe(ALL_BLOCKED_MODULES.length);
    expect(ALL_BLOCKED_MODULES.filter((name) => ALLOWED_NODE_MODULES.includes(name))).toEqual([]);
  });

  it('the tables cannot be changed by who imports them', () => {
    expect([RESTRICTED_MODULES, ALL_BLOCKED_MODULES, ALLOWED_NODE_MODULES].every(Object.isFrozen)).toBe(true);
  });

  it('names that need node: are listed with it', () => {
    const prefixed = ALL_BLOCKED_MODULES.filter((name) => name.startsWith('node:'));
    const script = `const m = require('module'); console.log(${JSON.stringify(prefixed)}.filter((n) => m.isBuiltin(n.slice(5))).join())`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('');
  });
});
