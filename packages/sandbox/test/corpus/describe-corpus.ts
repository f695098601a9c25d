import { readFileSync } from 'node:fs';
import type { IsolationLevel } from '@agentmesh/sandbox';
import { beforeAll, describe, expect, it } from 'vitest';
import { casesFor, type EngineName } from './engine-name.js';
import { readCorpus } from './escape-case.js';
import { OWN_CASES } from './own-cases.js';
import { type CorpusRun, runCorpus } from './run-corpus.js';
import { tableRow } from './table-row.js';

const SECURITY = new URL('../../SECURITY.md', import.meta.url);

/** Tests that run every case an engine could run, at one level, each a test of its own where it has to be contained. */
export function describeCorpus(level: IsolationLevel, engine: EngineName, options: CorpusTestOptions = {}): void {
  const attacks = casesFor(engine, readCorpus());
  const ours = level === 'os-strict' ? casesFor(engine, OWN_CASES) : [];
  describe(`the corpus at ${level} against ${engine}${options.unprivileged === true ? ', as a user without rights' : ''}`, () => {
    let run: CorpusRun | undefined;
    beforeAll(async () => {
      run = await runCorpus({ setting: level, engine, attacks: [...attacks, ...ours], ...options });
    }, 170_000);

    if (level === 'os-strict') {
      it.each([...attacks, ...ours])('contains $id ($severity): $technique', ({ id }) => {
        const report = run?.reports.get(id);
        expect(report).toMatchObject({ id });
        expect(report?.breach).toBe(undefined);
      });

      it('leaves no process, no control group and no temporary file', () => {
        expect(run).toMatchObject({ leftovers: 0, end: { status: 0, groups: [], files: [] } });
      });
    }

    it('gives what the table of SECURITY.md says', () => {
      expect(readFileSync(SECURITY, 'utf8')).toContain(tableRow({ level, engine, attacks, reports: run?.reports }));
    });
  });
}

/** How a corpus test differs. */
export interface CorpusTestOptions {
  readonly unprivileged?: boolean;
}
