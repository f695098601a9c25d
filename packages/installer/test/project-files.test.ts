import { describe, expect, it } from 'vitest';
import { checkOut } from './project.js';
import { createWorkshop, failure, snapshot } from './workshop.js';

const DIGEST = `h1:${'A'.repeat(43)}=`;
const LOCKED = {
  version: '1.0.0',
  source: 'registry://a',
  resolved: 'registry://a@1.0.0',
  content_digest: DIGEST,
  dependencies: [] as string[],
  requested: true,
};
const lockOf = (plugins: object, version = 1): string => JSON.stringify({ lockfile_version: version, plugins });

async function project(file: string, text: string | Uint8Array) {
  const shop = await createWorkshop();
  await shop.publish({ name: 'a' });
  const place = await checkOut(shop);
  await place.write(file, text);
  return place;
}

describe('a hostile agentmesh.yaml', () => {
  it.each([
    ['a name that leads out', 'plugins:\n  ../../etc: "*"\n', 'plugins.../../etc'],
    ['a name of the prototype', 'plugins:\n  __proto__: "*"\n', 'plugins.__proto__'],
    ['a device name', 'plugins:\n  con: "*"\n', 'plugins.con'],
    ['look-alike names', 'plugins:\n  a-b: "*"\n  a_b: "*"\n', 'differs from another name'],
    ['a name twice', 'plugins:\n  a: "*"\n  a: "1.0.0"\n', 'stands there twice'],
    ['an anchor and an alias', 'plugins: &x\n  a: "*"\noverrides: *x\n', 'anchors and aliases'],
    [
      'a billion laughs',
      `a: &a [x,x]\n${'bcdefgh'.replace(/./g, (k) => `${k}: &${k} [*a,*a]\n`)}`,
      'anchors and aliases',
    ],
    ['a merge key', 'plugins:\n  <<: {a: "*"}\n', 'plugins.<<'],
    ['a tag', 'plugins: !!js/function x\n', 'Unresolved tag'],
    ['a tag of its own', 'plugins: !evil {a: "*"}\n', 'Unresolved tag'],
    ['two documents', 'plugins: {}\n---\nplugins: {}\n', 'one document'],
    ['a list', '- a\n', 'expected keys and values'],
    ['a list of plugins', 'plugins: [a]\n', 'expected names and values'],
    ['a plugin that is a mapping', 'plugins:\n  a: {version: 1}\n', 'expected a range of versions or a source'],
    ['no range', 'plugins:\n  a: newest\n', 'neither a range of versions nor a source'],
    ['no source', 'plugins:\n  a: "ht tp://x"\n', 'plugins.a'],
    ['the registry as a source', 'plugins:\n  a: registry://a\n', 'range of versions'],
    ['control characters', 'plugins:\n  a: "\u0007"\n', 'control characters'],
    ['a key that is a list', '? [x]\n: y\n', 'expected text as a key'],
    ['an override that is a source', 'overrides:\n  a: local://a\n', 'overrides.a'],
    ['an override for any version', 'overrides:\n  a: "*"\n', 'overrides.a'],
    ['an age without a unit', 'minimumAge: 3\n', '90m, 12h, 3d'],
    ['a deep nest', `plugins: ${'['.repeat(20_000)}\n`, 'agentmesh.yaml cannot be used'],
    ['an unknown key', 'plugin:\n  a: "*"\n', 'did you mean plugins?'],
    ['an older spelling', 'minimum_age: 3d\n', 'did you mean minimumAge?'],
  ])('is refused with %s', async (_, text, message) => {
    const { installer, pluginsDir } = await project('agentmesh.yaml', text);
    const refused = await failure(installer().install('a'));
    expect(refused.code).toBe('PROJECT_INVALID');
    expect(refused.message).toContain(message);
    expect(await snapshot(pluginsDir)).toEqual({});
  });

  it('is refused when it is no UTF-8', async () => {
    const { installer } = await project('agentmesh.yaml', Buffer.from([0x70, 0xff, 0xfe]));
    expect(await failure(installer().restore())).toMatchObject({ code: 'PROJECT_INVALID' });
  });

  it('is refused when it is huge, soon', async () => {
    const { installer, write } = await project('agentmesh.yaml', `# ${'x'.repeat(2_000_000)}`);
    expect(await failure(installer().restore())).toMatchObject({ code: 'FILE_TOO_LARGE' });
    await write('agentmesh.yaml', `plugins:\n${Array.from({ length: 60_000 }, (_, at) => `  a${at}: "*"\n`).join('')}`);
    const begun = performance.now();
    expect(await failure(installer().restore())).toMatchObject({ code: 'PROJECT_INVALID' });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('names every problem with its line', async () => {
    const { installer } = await project('agentmesh.yaml', 'plugins:\n  a: x y\n  ..: "*"\nminimumAge: soon\nfoo: 1\n');
    const { findings } = await failure(installer().restore());
    expect(findings.map(({ line, code }) => [line, code])).toEqual([
      [2, 'plugin-invalid'],
      [3, 'name-invalid'],
      [4, 'age-invalid'],
      [5, 'key-unknown'],
    ]);
  });
});

describe('what agentmesh.yaml says of versions', () => {
  it.each([['1.0'], ['"==1.0"'], ['">=1.0,<1.1"'], ['"~=1.0.0"'], ['"*"'], ['']])(
    'is read as text: %s',
    async (text) => {
      const { installer } = await project('agentmesh.yaml', `plugins:\n  a: ${text}\n`);
      expect((await installer().restore()).plugins).toMatchObject([{ name: 'a', version: '1.0.0' }]);
    },
  );

  it('forces overrides on everybody, whatever they ask for', async () => {
    const shop = await createWorkshop();
    for (const version of ['1.0.0', '2.0.0']) await shop.publish({ name: 'base', version });
    await shop.publish({ name: 'a', dependencies: ['base>=2.0.0'] });
    const place = await checkOut(shop);
    await place.write('agentmesh.yaml', 'plugins:\n  a: "*"\n  base: ">=2.0.0"\noverrides:\n  base: 1.0.0\n');
    const { plugins } = await place.installer().restore();
    expect(plugins).toMatchObject([{ name: 'a' }, { name: 'base', version: '1.0.0' }]);
    expect((await place.installer().restore({ frozen: true })).changed).toBe(false);
  });

  it('passes over versions that are younger than minimumAge', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const place = await checkOut(shop);
    await place.write('agentmesh.yaml', 'plugins:\n  a: "*"\nminimumAge: 2d\n');
    expect(await failure(place.installer().restore())).toMatchObject({ code: 'VERSION_TOO_YOUNG' });
    const now = (): Date => new Date(Date.now() + 3 * 86_400_000);
    expect((await place.installer({ now }).restore()).plugins).toHaveLength(1);
  });
});

describe('a hostile agentmesh.lock', () => {
  it.each([
    ['no JSON', '{'],
    ['the marks of a merge', '{\n<<<<<<< HEAD\n}\n'],
    ['another version', lockOf({}, 2)],
    ['a name that leads out', lockOf({ '../x': LOCKED })],
    ['a name of the prototype', '{"lockfile_version":1,"plugins":{"__proto__":{}}}'],
    ['look-alike names', lockOf({ 'a-b': LOCKED, a_b: LOCKED })],
    ['a version that is none', lockOf({ a: { ...LOCKED, version: '../1' } })],
    ['a digest that is none', lockOf({ a: { ...LOCKED, content_digest: 'h1:x' } })],
    ['an integrity that is none', lockOf({ a: { ...LOCKED, integrity: 'sha1-x' } })],
    ['a key id that is none', lockOf({ a: { ...LOCKED, key_id: 'me' } })],
    ['a source that is none', lockOf({ a: { ...LOCKED, source: '/etc' } })],
    ['a dependency that is none', lockOf({ a: { ...LOCKED, dependencies: ['../x'] } })],
    ['an engine that is none', lockOf({ a: { ...LOCKED, engine: 'bash' } })],
    ['a field of another type', lockOf({ a: { ...LOCKED, requested: 'yes' } })],
  ])('is refused with %s', async (_, text) => {
    const { installer, pluginsDir } = await project('agentmesh.lock', text);
    for (const call of [() => installer().restore(), () => installer().install('a'), () => installer().tree()]) {
      expect(await failure(call())).toMatchObject({ code: 'LOCK_INVALID' });
    }
    expect(await snapshot(pluginsDir)).toEqual({});
  });

  it('is refused when it is huge', async () => {
    const { installer } = await project('agentmesh.lock', ' '.repeat(17 * 1024 * 1024));
    expect(await failure(installer().restore())).toMatchObject({ code: 'FILE_TOO_LARGE' });
  });
});

describe('a hostile agentmesh.permissions.yaml', () => {
  const granted = (permissions: string): string => `plugins:\n  a:\n    "${DIGEST}": ${permissions}\n`;
  it.each([
    ['a name that leads out', `plugins:\n  ../a:\n    "${DIGEST}": {}\n`],
    ['a name of the prototype', `plugins:\n  __proto__:\n    "${DIGEST}": {}\n`],
    ['a digest that is none', 'plugins:\n  a:\n    x: {}\n'],
    ['a permission that does not exist', granted('{nett: ["a:1"]}')],
    ['a number that is none', granted('{memory: lots}')],
    ['a number below zero', granted('{memory: -1}')],
    ['a list of lists', granted('{net: [[x]]}')],
    ['too long a list', granted(`{env: [${'A,'.repeat(200)}A]}`)],
    ['control characters in an escape', granted('{read: ["\\u0007"]}')],
    ['an alias', `x: &x 1\ny: *x\n`],
    ['another version', 'permissions_version: 2\nplugins: {}\n'],
    ['an unknown key', 'plugin: {}\n'],
  ])('is refused with %s', async (_, text) => {
    const { installer, pluginsDir } = await project('agentmesh.permissions.yaml', text);
    expect(await failure(installer().install('a'))).toMatchObject({ code: 'PERMISSIONS_INVALID' });
    expect(await snapshot(pluginsDir)).toEqual({});
  });

  it('names the key that was probably meant', async () => {
    const { installer } = await project('agentmesh.permissions.yaml', granted('{nett: []}'));
    expect((await failure(installer().install('a'))).message).toContain('did you mean net?');
  });
});
