import assert from 'node:assert/strict';
import { appendFile, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Activation, WrittenItem } from '@agentmesh/shape';
import type { ContractCheck } from '../contract-check.js';
import { listFolder } from '../resolver/list-folder.js';
import type { ShapeContract } from './shape-contract.js';
import { withTrial } from './shape-trial.js';

/** How a shape takes back what it brought. */
export function undoChecks(contract: ShapeContract): ContractCheck[] {
  return [
    { name: 'takes back exactly what it brought', run: () => checkUndo(contract) },
    { name: 'takes it back without the plugin, and a second time', run: () => checkLateUndo(contract) },
    { name: 'keeps what the user changed, and says so', run: () => checkKeeps(contract) },
    { name: 'keeps what cannot be removed, and goes on', run: () => checkFailingRemoval(contract) },
    { name: 'removes nothing that it did not bring', run: () => checkForged(contract) },
  ];
}

async function checkUndo(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look }) => {
    const before = await look();
    const activation = await adapter.activate(plugin, open());
    assert.notDeepEqual(await look(), before, 'The activation brought nothing');
    const { removed, kept } = await adapter.deactivate(activation, open());
    assert.deepEqual(await look(), before, 'The client is not as it was');
    assert.deepEqual(kept, [], 'Something was kept that nobody changed');
    assert.equal(removed.length, activation.written.length, 'Not everything is told as removed');
  });
}

async function checkLateUndo(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look }) => {
    const before = await look();
    const activation: Activation = JSON.parse(JSON.stringify(await adapter.activate(plugin, open())));
    await rm(plugin.root, { recursive: true });
    await (await contract.createShape()).deactivate(activation, open());
    assert.deepEqual(await look(), before, 'The client is not as it was');
    const { kept } = await adapter.deactivate(activation, open());
    assert.deepEqual(kept, [], 'What is gone already is told as kept');
  });
}

async function checkKeeps(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, client, open }) => {
    const activation = await adapter.activate(plugin, open());
    const [changed, ...rest] = activation.written;
    assert.ok(changed, 'The activation wrote nothing');
    const file = await editItem(client, changed);
    const edited = await readFile(file, 'utf8');
    const { removed, kept } = await adapter.deactivate(activation, open());
    assert.deepEqual(
      kept.map(({ path, name, reason }) => ({ path, name, reason })),
      [{ path: changed.path, name: changed.name, reason: 'changed' }],
    );
    assert.equal(removed.length, rest.length, 'Something else was kept too');
    assert.equal(await readFile(file, 'utf8').catch(() => 'gone'), edited, 'What the user wrote is lost');
  });
}

async function editItem(client: string, { kind, path }: WrittenItem): Promise<string> {
  const place = join(client, path);
  if (kind === 'memory') {
    await writeFile(place, (await readFile(place, 'utf8')).replace(/(<!-- begin [^\n]*\n)/, '$1Mine.\n'));
    return place;
  }
  const isFile = (await stat(place)).isFile();
  const inside = isFile ? undefined : (await listFolder(place)).find((entry) => entry.kind === 'file');
  const file = join(place, inside?.path ?? '');
  await appendFile(file, 'Mine.\n');
  return file;
}

async function checkFailingRemoval(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open }) => {
    const activation = await adapter.activate(plugin, open());
    const context = open();
    const [stubborn] = activation.written;
    const remove: typeof context.remove = async (item) => {
      if (item.path === stubborn?.path && item.name === stubborn.name) throw new Error('disk on fire');
      return context.remove(item);
    };
    const { removed, kept } = await adapter.deactivate(activation, { ...context, remove });
    assert.equal(kept.length, 1, 'Expected the thing that cannot be removed to be kept');
    assert.equal(removed.length, activation.written.length - 1, 'One failure stopped the rest');
  });
}

async function checkForged(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look, lookElsewhere }) => {
    const activation = await adapter.activate(plugin, open());
    const before = [await look(), await lookElsewhere()];
    const written = ['../plugin', 'notes.txt', '/etc/passwd', ''].map((path): WrittenItem => {
      return { kind: 'skill', path, name: '', digest: '' };
    });
    const { removed, kept } = await adapter.deactivate({ ...activation, written }, open());
    assert.deepEqual([removed.length, kept.length], [0, written.length], 'A forged item is told as removed');
    assert.deepEqual([await look(), await lookElsewhere()], before, 'Something else was removed');
  });
}
