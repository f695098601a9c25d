import { readFileSync } from 'node:fs';
import { parseSource } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-github';
import { failureOf } from '@agentmesh/test-support';
import { describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';

interface SourceCase {
  readonly id: string;
  readonly scheme: string;
  readonly spec: string;
  readonly valid: boolean;
  readonly why: string;
  readonly ref?: string;
  readonly input?: string;
  readonly status?: number;
  readonly preferredStatus?: number;
}

const FILE = new URL('./fixtures/source-specs.json', import.meta.url);
const ALL: readonly SourceCase[] = JSON.parse(readFileSync(FILE, 'utf8'));
const CASES = ALL.filter((each) => each.scheme === 'github');
const isAccepted = (each: SourceCase): boolean => each.valid && (each.preferredStatus ?? each.status ?? 200) !== 400;

let lookedUp = 0;
const resolver = createResolver({
  lookup: async () => {
    lookedUp += 1;
    throw new Error('no network in these tests');
  },
});

function specOf(each: SourceCase): string {
  return each.input === undefined ? each.spec : parseSource(each.input).spec;
}

describe('github sources of the shared vectors', () => {
  it('are all here', () => {
    expect(CASES).toHaveLength(49);
  });

  // Well formed: the next thing that happens is a look for the host, which there is not.
  it.each(CASES.filter(isAccepted))('$id is well formed: $why', async (each) => {
    lookedUp = 0;
    expect(await failureOf(fetchTo(resolver, specOf(each)))).toMatchObject({ code: 'FETCH_FAILED' });
    expect(lookedUp).toBe(1);
  });

  it.each(CASES.filter((each) => !isAccepted(each)))('$id is refused: $why', async (each) => {
    lookedUp = 0;
    const error = await failureOf(fetchTo(resolver, specOf(each)));
    expect(error).toMatchObject({ code: 'SOURCE_SYNTAX' });
    expect(lookedUp).toBe(0);
  });

  it.each(CASES.filter(isAccepted))('$id is refused where pinned sources are required', async (each) => {
    lookedUp = 0;
    const error = await failureOf(fetchTo(resolver, specOf(each), { pinned: 'required' }));
    expect(error).toMatchObject({ code: 'SOURCE_UNPINNED' });
    expect(lookedUp).toBe(0);
  });
});
