import { isMarketplaceError } from '@agentmesh/errors';
import type { PluginSandbox } from '@agentmesh/sandbox';
import { FAULT_PLUGINS, type FaultPlugin } from './plugins.js';
import type { Random } from './random.js';

/** How often each engine is called, honest and hostile calls apart; any scale. */
export interface Mix {
  readonly honest: Readonly<Record<FaultPlugin['engine'], number>>;
  readonly hostile: Readonly<Record<FaultPlugin['engine'], number>>;
}

/** What came of many calls. */
export interface Tally {
  answered: number;
  hostile: number;
  /** What went wrong: no answer of its own, or one that nobody may give. */
  readonly wrong: string[];
  /** Ends of hostile calls, counted. */
  readonly ends: Record<string, number>;
}

const HOSTILE_TIMEOUT_MS = 60;

/** An empty tally. */
export function createTally(): Tally {
  return { answered: 0, hostile: 0, wrong: [], ends: {} };
}

/** Makes one call and checks that its answer is its own. */
export async function callHonest(sandbox: PluginSandbox, plugin: FaultPlugin, nonce: number, tally: Tally) {
  const input = { nonce, text: 'ä'.repeat(nonce % 50) };
  const outcome = await sandbox.execute({ plugin: plugin.name, function: 'echo', input }).catch(codeOf);
  const got = typeof outcome === 'string' ? outcome : JSON.stringify(outcome.result ?? outcome.error);
  if (got === JSON.stringify(input)) tally.answered += 1;
  else tally.wrong.push(`${plugin.name} ${nonce}: ${got.slice(0, 200)}`);
}

/** Makes one call that does harm; it may end as it likes, but by an outcome or an error of ours. */
export async function callHostile(sandbox: PluginSandbox, plugin: FaultPlugin, random: Random, tally: Tally) {
  const name = random.pick(plugin.hostile);
  const call = { plugin: plugin.name, function: name, input: null, timeoutMs: HOSTILE_TIMEOUT_MS };
  const outcome = await sandbox.execute(call).catch(codeOf);
  const end = typeof outcome === 'string' ? outcome : outcome.error === undefined ? 'result' : 'error';
  tally.hostile += 1;
  tally.ends[`${plugin.engine} ${name}: ${end}`] = (tally.ends[`${plugin.engine} ${name}: ${end}`] ?? 0) + 1;
  if (end.startsWith('FAULT')) tally.wrong.push(`${plugin.name} ${name}: ${end}`);
}

/** Draws the next call of a mix. */
export function drawCall(mix: Mix, random: Random): { plugin: FaultPlugin; isHostile: boolean } {
  const kinds = FAULT_PLUGINS.flatMap((plugin) => [
    { plugin, isHostile: false, weight: mix.honest[plugin.engine] },
    { plugin, isHostile: true, weight: mix.hostile[plugin.engine] },
  ]);
  let left = random.next() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  for (const kind of kinds) {
    left -= kind.weight;
    if (left < 0) return kind;
  }
  throw new TypeError('expected a mix of something');
}

/** Runs work many times, so many at once; the rest waits. */
export async function runMany(times: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < times; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function codeOf(error: unknown): string {
  return isMarketplaceError(error) ? error.code : `FAULT ${String(error)}`;
}
