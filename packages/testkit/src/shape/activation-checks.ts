import assert from 'node:assert/strict';
import { checkActivation, type WrittenItem } from '@agentmesh/shape';
import type { ContractCheck } from '../contract-check.js';
import type { KnownPlugin, ShapeContract } from './shape-contract.js';
import { withTrial } from './shape-trial.js';

/** What a shape brings into a client. */
export function activationChecks(contract: ShapeContract): ContractCheck[] {
  return [
    { name: 'registers everything that is good, and nothing else', run: () => checkRegisters(contract, contract.good) },
    ...contract.faulty.map((faulty) => {
      const name = `registers all the rest where something is bad: ${faulty.title}`;
      return { name, run: () => checkRegisters(contract, faulty) };
    }),
    { name: 'answers what was written, as plain JSON', run: () => checkAnswer(contract) },
    { name: 'leaves one copy after three activations', run: () => checkThrice(contract) },
    { name: 'replaces the old version by the new one', run: () => checkUpgrade(contract) },
    { name: 'goes on where the client refuses a thing, and tells of it', run: () => checkRefusal(contract) },
    { name: 'keeps two activations at a time apart', run: () => checkParallel(contract) },
  ];
}

async function checkRegisters(contract: ShapeContract, known: KnownPlugin): Promise<void> {
  await withTrial(contract, known, async ({ adapter, plugin, open, lookElsewhere }) => {
    const before = await lookElsewhere();
    const context = open();
    await adapter.activate(plugin, context);
    assert.deepEqual([...context.asked].sort(), [...known.registers].sort(), 'Other things were registered');
    assert.deepEqual(await lookElsewhere(), before, 'Something was written that the context did not write');
  });
}

async function checkAnswer(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open }) => {
    const context = open();
    const activation = await adapter.activate(plugin, context);
    checkActivation(activation);
    assert.deepEqual(JSON.parse(JSON.stringify(activation)), activation, 'The activation is not plain JSON');
    const { shape, version, client, scope } = activation;
    const expected = {
      shape: adapter.shape,
      plugin: plugin.name,
      version: plugin.version,
      client: context.client,
      scope,
    };
    assert.deepEqual({ shape, plugin: activation.plugin, version, client, scope: context.scope }, expected);
    assert.deepEqual(sorted(activation.written), sorted(context.written), 'The activation lists something else');
  });
}

async function checkThrice(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look }) => {
    const first = await adapter.activate(plugin, open());
    const once = await look();
    const second = await adapter.activate(plugin, open());
    const third = await (await contract.createShape()).activate(plugin, open());
    assert.deepEqual([second, third], [first, first], 'A later activation differs from the first');
    assert.deepEqual(await look(), once, 'A later activation changed the client');
  });
}

async function checkUpgrade(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, open, look, replace }) => {
    const first = await adapter.activate(plugin, open());
    const before = await look();
    const next = await replace({ files: contract.next, fields: { ...contract.good.fields, version: '1.0.1' } });
    const second = await adapter.activate(next, open());
    const places = (items: readonly WrittenItem[]) => sorted(items.map((item) => ({ ...item, digest: '' })));
    assert.deepEqual(places(second.written), places(first.written), 'The new version stands in other places');
    assert.notDeepEqual(await look(), before, 'The old version is still there');
    assert.equal(second.version, '1.0.1', 'The activation tells another version');
  });
}

async function checkRefusal(contract: ShapeContract): Promise<void> {
  const [refused = '', ...rest] = contract.good.registers;
  await withTrial(contract, contract.good, async ({ adapter, plugin, open }) => {
    const context = open({ refuses: (kind, name) => `${kind} ${name}` === refused });
    const activation = await adapter.activate(plugin, context);
    assert.equal(context.written.length, rest.length, `The refusal of "${refused}" stopped something else`);
    assert.deepEqual(sorted(activation.written), sorted(context.written), 'The activation lists something else');
    const told = activation.findings.filter(({ severity }) => severity === 'error');
    assert.equal(told.length, 1, 'Expected one finding for what the client refused');
  });
}

async function checkParallel(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async (one) => {
    await withTrial(contract, { ...contract.good, files: contract.next }, async (other) => {
      const alone = await one.adapter.activate(one.plugin, one.open());
      const both = await Promise.all([
        one.adapter.activate(one.plugin, one.open()),
        one.adapter.activate(other.plugin, other.open()),
      ]);
      assert.deepEqual(both[0], alone, 'An activation beside another one differs');
      assert.notDeepEqual(both[1]?.written, alone.written, 'Two activations gave the same');
    });
  });
}

function sorted(items: readonly WrittenItem[]): WrittenItem[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
