import assert from 'node:assert/strict';
import type { Finding } from '@agentmesh/errors';
import { checkShapeAdapter } from '@agentmesh/shape';
import type { ContractCheck } from '../contract-check.js';
import type { FaultyPlugin, ShapeContract } from './shape-contract.js';
import { withTrial } from './shape-trial.js';

/** What a shape says of plugins before anything is written. */
export function findingChecks(contract: ShapeContract): ContractCheck[] {
  return [
    { name: 'fits the port', run: async () => checkShapeAdapter(await contract.createShape()) },
    { name: 'sees its own plugins, and no others', run: () => checkDetect(contract) },
    { name: 'finds no error in a good plugin, and changes nothing', run: () => checkGood(contract) },
    ...contract.faulty.map((faulty) => {
      return { name: `finds what is wrong: ${faulty.title}`, run: () => checkFaulty(contract, faulty) };
    }),
  ];
}

async function checkDetect(contract: ShapeContract): Promise<void> {
  const detect = async (files: ShapeContract['foreign']): Promise<boolean> => {
    let answer = false;
    await withTrial(contract, { files }, async ({ adapter, plugin }) => {
      answer = await adapter.detect(plugin);
    });
    return answer;
  };
  assert.equal(await detect(contract.good.files), true, 'The shape does not see a good plugin');
  assert.equal(await detect(contract.foreign), false, 'The shape sees itself in a plugin of another shape');
  assert.equal(await detect({}), false, 'The shape sees itself in a plugin without files');
}

async function checkGood(contract: ShapeContract): Promise<void> {
  await withTrial(contract, contract.good, async ({ adapter, plugin, lookElsewhere }) => {
    const before = await lookElsewhere();
    const findings = await adapter.check(plugin);
    assert.deepEqual(errorsOf(findings), [], 'The shape finds an error in a good plugin');
    assert.deepEqual(await adapter.check(plugin), findings, 'A second check finds something else');
    assert.deepEqual(await lookElsewhere(), before, 'A check changed the plugin');
  });
}

async function checkFaulty(contract: ShapeContract, faulty: FaultyPlugin): Promise<void> {
  await withTrial(contract, faulty, async ({ adapter, plugin }) => {
    const errors = errorsOf(await adapter.check(plugin));
    const codes = [...new Set(errors.map(({ code }) => code))].sort();
    assert.deepEqual(codes, [...new Set(faulty.codes)].sort(), 'The shape finds other errors');
    for (const finding of errors) assertTellsWhere(finding);
  });
}

function assertTellsWhere({ code, path, line, message }: Finding): void {
  assert.match(code, /^[a-z][a-z0-9-]*$/, 'The code of a finding is not in kebab case');
  assert.notEqual(path, '', `The finding ${code} does not say where`);
  assert.notEqual(message, '', `The finding ${code} says nothing`);
  assert.ok(line === undefined || (Number.isSafeInteger(line) && line > 0), `The finding ${code} has a bad line`);
}

function errorsOf(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}
