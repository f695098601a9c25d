import { type Finding, MarketplaceError } from '@agentmesh/errors';
import type { Activation, WrittenItem } from './activation.js';
import { isShapeId } from './shape-id.js';

const KINDS: readonly unknown[] = ['skill', 'server', 'subagent', 'graph', 'memory'] satisfies WrittenItem['kind'][];
const SEVERITIES: readonly unknown[] = ['error', 'warning'];

type Fields = Readonly<Partial<Record<string, unknown>>>;

/**
 * Checks what an adapter answered or a journal held. Whether its paths are safe is not asked here: the context looks at
 * each before it removes anything.
 *
 * @throws ACTIVATION_INVALID, naming the first field that does not fit
 */
export function checkActivation(value: unknown): asserts value is Activation {
  const fields = fieldsOf(value);
  const bad =
    (isShapeId(fields.shape) ? undefined : 'shape') ??
    ['plugin', 'version', 'client'].find((name) => typeof fields[name] !== 'string') ??
    (fields.scope === 'project' || fields.scope === 'user' ? undefined : 'scope') ??
    findBad('written', fields.written, isWrittenItem) ??
    findBad('findings', fields.findings, isFinding);
  if (bad === undefined) return;
  throw new MarketplaceError(`Expected an activation, got something with a bad field ${bad}`, {
    code: 'ACTIVATION_INVALID',
    hint: 'An activation is what ShapeAdapter.activate answers; registerEach makes one.',
  });
}

/**
 * Checks what an adapter answered to one activation: also that it speaks of that shape, plugin and client.
 *
 * @throws ACTIVATION_INVALID
 */
export function checkActivationOf(
  value: unknown,
  expected: Pick<Activation, 'shape' | 'plugin' | 'version' | 'client' | 'scope'>,
): asserts value is Activation {
  checkActivation(value);
  const bad = (['shape', 'plugin', 'version', 'client', 'scope'] as const).find((key) => value[key] !== expected[key]);
  if (bad === undefined) return;
  throw new MarketplaceError(`Expected the activation that was asked for, got one with another ${bad}`, {
    code: 'ACTIVATION_INVALID',
    hint: 'registerEach fills these fields in from the plugin and the context.',
  });
}

function findBad(name: string, list: unknown, fits: (entry: Fields) => boolean): string | undefined {
  if (!Array.isArray(list)) return name;
  const index = list.findIndex((entry) => !fits(fieldsOf(entry)));
  return index === -1 ? undefined : `${name}[${index}]`;
}

function isWrittenItem({ kind, path, name, digest }: Fields): boolean {
  return KINDS.includes(kind) && [path, name, digest].every((text) => typeof text === 'string');
}

/** True for what an adapter may tell as a finding. */
export function isFinding(value: unknown): value is Finding {
  const { code, severity, path, message, line } = fieldsOf(value);
  const texts = [code, path, message].every((text) => typeof text === 'string');
  return texts && SEVERITIES.includes(severity) && (line === undefined || Number.isSafeInteger(line));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
