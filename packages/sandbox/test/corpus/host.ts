import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { adaptCase } from './adapt-case.js';
import { type ArenaOptions, openArena, type Setting } from './arena.js';
import type { EngineName } from './engine-name.js';
import { type EscapeCase, type OracleKind, readCorpus } from './escape-case.js';
import { OWN_CASES } from './own-cases.js';
import { guestsLeftAfter } from './process-table.js';
import { runCase } from './run-case.js';

// The host that is attacked, in a container of its own: runs the cases it is told and prints a line of JSON for each start and end.

/** What happens to the machine can be blamed on a case only when it runs alone. */
const ALONE: ReadonlySet<OracleKind> = new Set([
  'bounded',
  'bounded-output',
  'host-down',
  'linger',
  'listen',
  'mem',
  'procs',
]);
const AT_ONCE = 4;
const HANGING_AT_ONCE = 4;

const [setting, engine, ...ids] = process.argv.slice(2) as [Setting, EngineName, ...string[]];
const env = process.env.AGENTMESH_SECRET;
if (env === undefined) throw new TypeError('expected a canary in the environment');
const options: ArenaOptions = { setting, engine, env };
const cases = [...readCorpus(), ...OWN_CASES].filter((attack) => ids.includes(attack.id)).map(adaptCase);

const byWay = Object.groupBy(cases, ({ oracle }) =>
  ALONE.has(oracle.kind) ? 'alone' : oracle.kind === 'hang' ? 'hanging' : 'together',
);
await runAll(byWay.together ?? [], { warm: true, atOnce: AT_ONCE });
await runAll(byWay.hanging ?? [], { warm: false, atOnce: HANGING_AT_ONCE });
await runAll(byWay.alone ?? [], { warm: false, atOnce: 1 });
say({ finished: true });
process.exit(0);

/** Runs cases, so many at once, on one sandbox; after it is closed nothing may run any more. */
async function runAll(attacks: readonly EscapeCase[], how: { warm: boolean; atOnce: number }): Promise<void> {
  if (attacks.length === 0) return;
  const arena = { ...(await openArena({ ...options, warm: how.warm })), alone: how.atOnce === 1 };
  await arena.subject.execute({ plugin: arena.honest, function: 'run', input: {} });
  const waiting = [...attacks];
  const work = async () => {
    for (let attack = waiting.shift(); attack !== undefined; attack = waiting.shift()) {
      say({ started: attack.id });
      say(await runCase(attack, arena));
    }
  };
  await Promise.all(Array.from({ length: how.atOnce }, work));
  await arena.subject.close();
  await rm(dirname(arena.pluginsDir), { recursive: true });
  say({ leftovers: (await guestsLeftAfter(2000)).length });
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
