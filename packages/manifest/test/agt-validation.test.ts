import { isMarketplaceError } from '@agentmesh/errors';
import {
  compareVersions,
  createManifest,
  type ManifestFields,
  manifestFromObject,
  parseDependency,
  parseManifest,
} from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { type Outcome, validation } from './vectors.js';

const SOURCE_TEXT = 'plain scalars of text fields are read by their source text (formats.md)';
const OUR_GRAMMAR = 'only a name and comma-separated comparators of digits are honoured, nothing that would be ignored';
const OUR_NAMES = 'the name is a plugin name by the publishing rule';

interface Deviation {
  /** The override, the line of the file that differs, or the dependency. */
  readonly input: string;
  readonly rule: string;
  /** What the Python toolkit does; we do the other. */
  readonly agt: 'takes' | 'refuses';
}

/** Every case that we answer differently from the Python toolkit, and the rule by which we do. */
const DEVIATIONS: readonly Deviation[] = [
  {
    input: '{"version":"1.0.0\\n"}',
    rule: 'a version ends with its last digit (its newline is a defect)',
    agt: 'takes',
  },
  ...['version: 1.0', 'min_agentmesh_version: 1.5', 'name: 123', 'name: 0777', 'author: off'].map(bySourceText),
  ...['yes', 'NO', 'on', '2024-01-01', '0x1f', '017', '1.0e+3', '.inf', '1:30', '1_000', '0b11', '12:30:45', '=']
    .map((scalar) => `description: ${scalar}`)
    .map(bySourceText),
  ...['capabilities: [a, 1]', 'capabilities: [yes]'].map(bySourceText),
  { input: 'description: \tx', rule: 'YAML 1.2 allows a tab between the colon and the value', agt: 'refuses' },
  { input: 'name: other-name', rule: 'no key twice (formats.md); the toolkit takes the last', agt: 'takes' },
  ...['a===1.0', 'a==1.*', 'a (>=1.0)', 'a[x]>=1', "a; python_version<'3'", 'a @ https://e.com/a.zip'].map(
    byOurGrammar,
  ),
  ...['a==1.0.0-rc1', 'a==v1.0'].map(byOurGrammar),
  { input: 'a.b>=1', rule: OUR_NAMES, agt: 'takes' },
  { input: 'a-', rule: OUR_NAMES, agt: 'refuses' },
];

describe('the Python toolkit and its constructor', () => {
  it('all cases are there', () => {
    expect(validation.constructor_cases).toHaveLength(84);
    expect(validation.yaml_load_cases).toHaveLength(56);
    expect(validation.dependency_cases).toHaveLength(40);
  });

  for (const { override, outcome } of validation.constructor_cases) {
    const input = JSON.stringify(override);
    it(`${title(input)} is ${outcome.accepted ? 'taken' : 'refused'} there`, () => {
      const fields = Object.entries({ ...validation.meta.base_manifest, ...override });
      const kept = fields.filter(([, value]) => value !== validation.meta.delete_marker);
      const object = Object.fromEntries(kept);
      expectAgreement(input, outcome, () => manifestFromObject(object).manifest);
      // What a caller without types hands over.
      expectAgreement(input, outcome, () => createManifest(object as unknown as ManifestFields));
    });
  }
});

describe('the Python toolkit and its files', () => {
  for (const { yaml, outcome } of validation.yaml_load_cases) {
    it(`${title(yaml)} is ${outcome.accepted ? 'taken' : 'refused'} there`, () => {
      const lines = yaml.split('\n');
      const input = lines.findLast((line) => DEVIATIONS.some((deviation) => deviation.input === line)) ?? yaml;
      expectAgreement(input, outcome, () => parseManifest(yaml).manifest);
    });
  }
});

describe('the Python toolkit and its dependencies', () => {
  for (const { spec, outcome } of validation.dependency_cases) {
    it(`"${spec}" is ${outcome.error === undefined ? 'taken' : 'refused'} there`, () => {
      const deviation = findDeviation(spec);
      const parsed = attempt(() => parseDependency(spec), 'DEPENDENCY_INVALID');
      const taken = deviation === undefined ? outcome.error === undefined : deviation.agt === 'refuses';
      expect(parsed !== undefined, deviation?.rule).toBe(taken);
      if (parsed === undefined || deviation !== undefined) return;
      expect({ name: parsed.name, pinned: parsed.pinned }).toEqual({ name: outcome.name, pinned: outcome.pinned });
    });
  }

  it('versions are ordered as its keys are', () => {
    for (const left of validation.version_keys) {
      for (const right of validation.version_keys) {
        const order = Math.sign(compareVersions(left.version, right.version));
        expect(order, `${left.version} ? ${right.version}`).toBe(Math.sign(compareLists(left.key, right.key)));
      }
    }
  });
});

it('every deviation in the table is a case of the vectors', () => {
  const inputs = new Set([
    ...validation.constructor_cases.map(({ override }) => JSON.stringify(override)),
    ...validation.yaml_load_cases.flatMap(({ yaml }) => yaml.split('\n')),
    ...validation.dependency_cases.map(({ spec }) => spec),
  ]);
  expect(DEVIATIONS.filter(({ input }) => !inputs.has(input))).toEqual([]);
});

function expectAgreement(input: string, outcome: Outcome, work: () => unknown): void {
  const deviation = findDeviation(input);
  const manifest = attempt(work, 'MANIFEST_INVALID');
  if (deviation !== undefined)
    expect(outcome.accepted, 'the table says what the toolkit does').toBe(deviation.agt === 'takes');
  expect(manifest !== undefined, deviation?.rule).toBe(outcome.accepted !== (deviation !== undefined));
  if (deviation === undefined && outcome.manifest !== undefined) expect(manifest).toEqual(outcome.manifest);
}

function attempt<T>(work: () => T, code: string): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    expect(error.code).toBe(code);
    return undefined;
  }
}

function findDeviation(input: string): Deviation | undefined {
  return DEVIATIONS.find((deviation) => deviation.input === input);
}

function bySourceText(input: string): Deviation {
  return { input, rule: SOURCE_TEXT, agt: 'refuses' };
}

function byOurGrammar(input: string): Deviation {
  return { input, rule: OUR_GRAMMAR, agt: 'takes' };
}

function title(text: string): string {
  return JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((number, place) => number !== b[place]);
  if (index === -1) return a.length - b.length;
  return (a[index] ?? 0) - (b[index] ?? Number.NEGATIVE_INFINITY);
}
