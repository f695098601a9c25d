import assert from 'node:assert/strict';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkActivation } from '@agentmesh/shape';
import type { ContractCheck } from '../contract-check.js';
import type { ShapeContract } from './shape-contract.js';
import { withTrial } from './shape-trial.js';

const LONGEST_MS = 10_000;
const MIB = 1_048_576;
const LOL = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((key, at) => `${key}: &${key} [${`*${'abcdefgh'[at]},`.repeat(9)}]`),
];

/** What a plugin may put in the place of any of its files. */
const HOSTILE: Readonly<Record<string, string | Uint8Array>> = {
  'nothing at all': '',
  'a NUL byte': 'a\0b',
  'bytes that are no UTF-8': new Uint8Array([0x2d, 0x2d, 0x2d, 0x0a, 0xff, 0xfe, 0xc3, 0x28]),
  'brackets 100,000 deep': `${'['.repeat(100_000)}`,
  'a frontmatter with brackets 20,000 deep': `---\nname: ${'['.repeat(20_000)}\n---\n`,
  'a frontmatter of 1 MiB': `---\nname: ${'x'.repeat(MIB - 32)}\n---\n`,
  'a frontmatter of 100,000 keys': `---\n${Array.from({ length: 100_000 }, (_, at) => `k${at}: v`).join('\n')}\n---\n`,
  'a billion laughs': `---\n${LOL.join('\n')}\n---\n`,
  'a frontmatter that never ends': `---\n${'a: b\n'.repeat(200_000)}`,
  'the prototype as a key': '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  'the prototype in a frontmatter': '---\nname: __proto__\n__proto__: {polluted: true}\n---\n',
  'a terminal escape and text that runs backwards':
    '---\nname: "\\e[31m\u202egnihton"\ndescription: \u001b]0;x\u0007\n---\n',
  'a name that leads away': '---\nname: ../../../../tmp/evil\ndescription: x\n---\n{"name": "../../evil"}',
  '4 MiB': new Uint8Array(4 * MIB).fill(0x61),
};

/** Whatever a plugin holds, a shape neither fails nor writes outside. */
export function hostileFileChecks(contract: ShapeContract): ContractCheck[] {
  return [
    ...Object.entries(HOSTILE).map(([title, content]) => {
      return { name: `survives ${title} in the place of each file`, run: () => checkContent(contract, content) };
    }),
    { name: 'takes nothing from a file that changed after it was listed', run: () => checkChanged(contract) },
    { name: 'takes nothing through a link that came after the files were listed', run: () => checkLinked(contract) },
    { name: 'takes nothing through a linked folder', run: () => checkLinkedFolder(contract) },
  ];
}

async function checkContent(contract: ShapeContract, content: string | Uint8Array): Promise<void> {
  for (const path of Object.keys(contract.good.files)) {
    const files = { ...contract.good.files, [path]: content };
    await withTrial(contract, { ...contract.good, files }, async ({ adapter, plugin, open, lookElsewhere }) => {
      const before = await lookElsewhere();
      const start = performance.now();
      await adapter.detect(plugin);
      await adapter.check(plugin);
      const activation: unknown = await adapter.activate(plugin, open());
      checkActivation(activation);
      assert.ok(performance.now() - start < LONGEST_MS, `${path} held the shape up`);
      assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false, `${path} reached the prototype of all objects`);
      assert.deepEqual(await lookElsewhere(), before, `${path} had something written elsewhere`);
    });
  }
}

async function checkChanged(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look }) => {
    const before = await look();
    for (const path of Object.keys(contract.good.files)) {
      const content = contract.next[path];
      if (content !== undefined) await writeFile(join(plugin.root, path), content);
    }
    await expectNothing(await adapter.activate(plugin, open()), before, look);
  });
}

async function checkLinked(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look }) => {
    const before = await look();
    for (const path of Object.keys(contract.good.files)) {
      const aside = join(plugin.root, '..', `aside-${path.replaceAll('/', '-')}`);
      await rename(join(plugin.root, path), aside);
      await symlink(aside, join(plugin.root, path));
    }
    await expectNothing(await adapter.activate(plugin, open()), before, look);
  });
}

async function checkLinkedFolder(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look }) => {
    const folders = new Set(
      Object.keys(contract.good.files)
        .filter((path) => path.includes('/'))
        .map((path) => path.split('/')[0]),
    );
    if (folders.size === 0) return;
    for (const path of Object.keys(contract.good.files).filter((one) => !one.includes('/')))
      await rm(join(plugin.root, path));
    const before = await look();
    for (const folder of folders) {
      const aside = join(plugin.root, '..', `aside-${folder}`);
      await rename(join(plugin.root, folder ?? ''), aside);
      await symlink(aside, join(plugin.root, folder ?? ''));
    }
    await expectNothing(await adapter.activate(plugin, open()), before, look);
  });
}

async function expectNothing(
  activation: { readonly written: readonly unknown[]; readonly findings: readonly unknown[] },
  before: readonly object[],
  look: () => Promise<readonly object[]>,
): Promise<void> {
  assert.deepEqual(activation.written, [], 'The shape registered something that was not listed');
  assert.notDeepEqual(activation.findings, [], 'The shape does not tell what it left out');
  assert.deepEqual(await look(), before, 'The client was changed');
}
