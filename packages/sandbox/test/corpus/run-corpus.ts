import type { Setting } from './arena.js';
import { type ContainerEnd, runContained } from './container.js';
import type { EngineName } from './engine-name.js';
import type { EscapeCase } from './escape-case.js';
import type { CaseReport } from './run-case.js';
import { canary } from './traps.js';

/** What came of a run of the corpus. */
export interface CorpusRun {
  /** By id of the case. */
  readonly reports: ReadonlyMap<string, CaseReport>;
  /** Guests that outlived their sandbox. */
  readonly leftovers: number;
  readonly end: ContainerEnd;
  readonly seconds: number;
}

/** What to run on what. */
export interface CorpusOrder {
  readonly setting: Setting;
  readonly engine: EngineName;
  readonly attacks: readonly EscapeCase[];
  readonly unprivileged?: boolean;
}

type Line = Partial<CaseReport> & { started?: string; leftovers?: number; finished?: boolean };

/**
 * Runs cases in a container. Where the host dies, each case under way then is run again alone: one that ends the host again is
 * to blame; the rest goes on in a new container.
 */
export async function runCorpus(order: CorpusOrder): Promise<CorpusRun> {
  const started = performance.now();
  const reports = new Map<string, CaseReport>();
  let leftovers = 0;
  let end: ContainerEnd | undefined;
  for (let batches = [order.attacks]; ; ) {
    const [attacks = [], ...rest] = batches;
    if (attacks.length === 0) break;
    const run = await runOnce(order, attacks);
    end = run.end;
    leftovers += run.leftovers;
    for (const report of run.reports) reports.set(report.id, report);
    batches = run.isFinished ? rest : [...split(attacks, run, reports), ...rest];
  }
  if (end === undefined) throw new TypeError('expected cases to run');
  return { reports, leftovers, end, seconds: (performance.now() - started) / 1000 };
}

interface Once {
  readonly reports: readonly CaseReport[];
  readonly underWay: ReadonlySet<string>;
  readonly leftovers: number;
  readonly isFinished: boolean;
  readonly end: ContainerEnd;
}

async function runOnce(order: CorpusOrder, attacks: readonly EscapeCase[]): Promise<Once> {
  const reports: CaseReport[] = [];
  const underWay = new Set<string>();
  let leftovers = 0;
  let isFinished = false;
  const end = await runContained({
    program: new URL('./host.ts', import.meta.url),
    args: [order.setting, order.engine, ...attacks.map(({ id }) => id)],
    env: { AGENTMESH_SECRET: canary() },
    unprivileged: order.unprivileged ?? false,
    timeoutMs: 150_000,
    onLine: (text) => {
      const line = readLine(text);
      if (line.started !== undefined) underWay.add(line.started);
      if (line.id !== undefined && line.ended !== undefined) {
        underWay.delete(line.id);
        reports.push({ ...line, id: line.id, ended: line.ended });
      }
      leftovers += line.leftovers ?? 0;
      isFinished ||= line.finished === true;
    },
  });
  return { reports, underWay, leftovers, isFinished, end };
}

/** A case may print into the host's own stdout: what is no line of the host's is a breach that the oracles see elsewhere. */
function readLine(text: string): Line {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** The host died: the suspects each for itself, then what had not been started. A suspect alone is the culprit. */
function split(attacks: readonly EscapeCase[], run: Once, reports: Map<string, CaseReport>): EscapeCase[][] {
  const suspects = attacks.filter(({ id }) => run.underWay.has(id));
  const waiting = attacks.filter(({ id }) => !reports.has(id) && !run.underWay.has(id));
  const [first] = suspects;
  if (first === undefined || suspects.length > 1) {
    if (first === undefined && waiting.length === attacks.length) throw new Error(`No host: ${run.end.stderr}`);
    return [...suspects.map((suspect) => [suspect]), waiting].filter((batch) => batch.length > 0);
  }
  reports.set(first.id, {
    id: first.id,
    breach: `the host died: ${run.end.status}`,
    ended: run.end.stderr.slice(-200),
  });
  return waiting.length === 0 ? [] : [waiting];
}
