import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type ExtensionKind,
  findExtension,
  isExtensionName,
  loadResolver,
  loadShape,
} from '@agentmesh/resolver-loader';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const NAME = '@acme/agentmesh-resolver-s3';
const GOOD = 'export const createResolver = (options) => ({ scheme: "s3", fetch: async () => options });';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'agentmesh-loader-')));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string | object): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), typeof text === 'string' ? text : JSON.stringify(text));
}

async function install(module: string, file: object = {}, name = NAME): Promise<void> {
  const fields = { name, version: '1.2.3', type: 'module', exports: './index.js', ...file };
  await write(`node_modules/${name}/package.json`, fields);
  await write(`node_modules/${name}/index.js`, module);
}

const find = (name = NAME, kind: ExtensionKind = 'resolver') =>
  findExtension(name, { kind, folders: [join(folder, 'absent'), folder] });

describe('the name of a resolver package', () => {
  it.each(['agentmesh-resolver-s3', '@acme/agentmesh-resolver-s3'])('is %s', (name) => {
    expect(isExtensionName('resolver', name)).toBe(true);
  });
  it.each([
    'left-pad',
    'agentmesh-resolver-',
    '../agentmesh-resolver-x',
    'agentmesh-resolver-x/../../evil',
    '@a/b/agentmesh-resolver-x',
    'agentmesh-resolver-..',
    'file:agentmesh-resolver-x',
    'Agentmesh-resolver-x',
  ])('is not %s', async (name) => {
    await expect(find(name)).rejects.toMatchObject({ code: 'RESOLVER_INVALID' });
  });
});

describe('a resolver package', () => {
  it('is found without being run, and loaded with its options', async () => {
    await install(`globalThis.ran = true; ${GOOD}`);
    const pack = await find();
    expect(pack).toMatchObject({ name: NAME, version: '1.2.3', root: join(folder, 'node_modules') });
    expect('ran' in globalThis).toBe(false);
    const resolver = await loadResolver(pack, { bucket: 'b' });
    expect(resolver.scheme).toBe('s3');
  });

  it('is not there', async () => {
    await expect(find()).rejects.toMatchObject({ code: 'RESOLVER_NOT_FOUND' });
    await write('node_modules', 'a file');
    await expect(find()).rejects.toMatchObject({ code: 'RESOLVER_NOT_FOUND' });
  });

  it.each([
    ['exports by condition', { exports: { '.': { types: './x.d.ts', import: './index.js' } } }],
    ['exports in short', { exports: { types: './x.d.ts', default: './index.js' } }],
    ['main alone', { exports: undefined, main: 'index.js' }],
    ['neither', { exports: undefined }],
  ])('names its module by %s', async (_, file) => {
    await install(GOOD, file);
    expect((await loadResolver(await find(), {})).scheme).toBe('s3');
  });

  it.each([
    ['a module that climbs out', { exports: '../../evil.js' }],
    ['itself as its module', { exports: '.' }],
    ['no module', { exports: { './sub': './index.js' } }],
    ['a list', { exports: ['./index.js'] }],
    ['another condition', { exports: { browser: './index.js' } }],
  ])('is refused with %s', async (_, file) => {
    await install(GOOD, file);
    await expect(find()).rejects.toMatchObject({ code: 'RESOLVER_INVALID', message: expect.stringContaining(NAME) });
  });

  it('is refused with a package.json that is none', async () => {
    await install(GOOD);
    await write(`node_modules/${NAME}/package.json`, '{');
    await expect(find()).rejects.toMatchObject({ code: 'RESOLVER_INVALID' });
  });

  it.each([
    ['a syntax error', 'export const = 1;'],
    ['an error on loading', 'throw new Error("no");'],
    ['no createResolver', 'export default () => 1;'],
    ['a createResolver that throws', 'export const createResolver = () => { throw new Error("no"); };'],
    ['nothing made', 'export const createResolver = () => undefined;'],
    ['no scheme', 'export const createResolver = () => ({ fetch: async () => ({}) });'],
    ['a scheme that is none', 'export const createResolver = () => ({ scheme: "S3:", fetch: async () => ({}) });'],
    ['no fetch', 'export const createResolver = () => ({ scheme: "s3" });'],
  ])('is refused with %s', async (_, module) => {
    await install(module);
    const loading = loadResolver(await find(), {});
    await expect(loading).rejects.toMatchObject({ code: 'RESOLVER_INVALID', message: expect.stringContaining(NAME) });
  });
});

describe('what is consented to', () => {
  const content = async () => Buffer.from((await find()).content).toString();

  it('is the same for the same files, and another for any change of them or of what they depend on', async () => {
    await install(GOOD, { dependencies: { dep: '1' }, peerDependencies: { gone: '1' } });
    await write('node_modules/dep/package.json', {
      name: 'dep',
      dependencies: { deeper: '1', dep: '1', '../../..': '1' },
    });
    await write('node_modules/deeper/index.js', '1');
    const seen = new Set([await content()]);
    expect(new Set([...seen, await content()]).size).toBe(1);
    const changes: readonly (readonly [string, string])[] = [
      [`node_modules/${NAME}/index.js`, `${GOOD}//`],
      [`node_modules/${NAME}/.git/hidden.js`, 'evil'],
      [`node_modules/${NAME}/node_modules/hidden/index.js`, 'evil'],
      [`node_modules/${NAME}/.agentmeshignore`, '*'],
      ['node_modules/dep/index.js', 'evil'],
      ['node_modules/deeper/index.js', 'evil'],
    ];
    for (const [path, text] of changes) {
      await write(path, text);
      seen.add(await content());
    }
    await symlink('/etc', join(folder, 'node_modules', NAME, 'link'));
    seen.add(await content());
    expect(seen.size).toBe(changes.length + 2);
  });

  it('follows a package that is linked, as package managers do', async () => {
    await install(GOOD, {}, 'agentmesh-resolver-s3');
    await mkdir(join(folder, 'node_modules/@acme'), { recursive: true });
    await symlink(join(folder, 'node_modules/agentmesh-resolver-s3'), join(folder, 'node_modules', NAME));
    expect((await find()).folder).toBe(join(folder, 'node_modules/agentmesh-resolver-s3'));
  });
});

describe('a shape package', () => {
  const SHAPE = '@acme/agentmesh-shape-prompts';
  const METHODS = 'detect: async () => false, check: async () => [], activate() {}, deactivate() {}';

  it('is found without being run, and loaded with its options', async () => {
    await install(`export const createShape = (options) => ({ shape: options.shape, ${METHODS} });`, {}, SHAPE);
    const pack = await find(SHAPE, 'shape');
    expect((await loadShape(pack, { shape: 'prompts' })).shape).toBe('prompts');
  });

  it('is no resolver package, nor the other way round', async () => {
    await expect(find(SHAPE)).rejects.toMatchObject({ code: 'RESOLVER_INVALID' });
    await expect(find(NAME, 'shape')).rejects.toMatchObject({ code: 'SHAPE_INVALID' });
    await expect(find(SHAPE, 'shape')).rejects.toMatchObject({ code: 'SHAPE_NOT_FOUND' });
  });

  it.each([
    ['makes something else', 'export const createShape = () => ({ shape: "x" });'],
    ['exports no createShape', 'export const createResolver = () => ({});'],
    ['throws while it is loaded', 'throw new Error("secret");'],
  ])('that %s is refused', async (_, module) => {
    await install(module, {}, SHAPE);
    await expect(loadShape(await find(SHAPE, 'shape'), {})).rejects.toMatchObject({
      code: 'SHAPE_INVALID',
      message: expect.not.stringContaining('secret'),
    });
  });
});
