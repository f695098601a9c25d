import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSource, SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface SourceCase {
  readonly id: string;
  readonly scheme: string;
  readonly input?: string;
  readonly stage?: string;
  readonly why: string;
}

const FILE = new URL('./fixtures/source-specs.json', import.meta.url);
const ALL: readonly SourceCase[] = JSON.parse(readFileSync(FILE, 'utf8'));

let folder: string;
let asked: string[];
let registry: SourceRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-cases-'));
  asked = [];
  const lookup = async (host: string): Promise<never> => {
    asked.push(host);
    throw new Error('no names here');
  };
  registry = new SourceRegistry().register(createResolver({ lookup, retry: { attempts: 1 } }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const codeOf = (text: string): Promise<unknown> =>
  Promise.resolve()
    .then(() => registry.fetch(parseSource(text, { defaultScheme: 'https' }), join(folder, 'target')))
    .then(
      () => 'fetched',
      (error: { code?: string }) => error.code,
    );

describe('the shared vectors, with a resolver for https', () => {
  it('know one case of its scheme', () => {
    expect(ALL.filter((each) => each.scheme === 'https').map((each) => each.id)).toEqual(['parse-014']);
  });

  it('parse-014 is a known scheme now, and its host is asked for', async () => {
    expect(await codeOf('https://example.com/plugin.tgz')).toBe('FETCH_FAILED');
    expect(asked).toEqual(['example.com']);
  });

  const refused = ALL.filter((each) => each.stage === 'parse');
  it.each(refused)('$id refuses: $why', async ({ input = '' }) => {
    expect(await codeOf(input)).toBe('SOURCE_SYNTAX');
  });

  const unknown = ALL.filter((each) => each.stage === 'registry' && each.scheme !== 'https');
  it.each(unknown)('$id stays unknown here: $why', async ({ input = '' }) => {
    expect(await codeOf(input)).toBe('SOURCE_SCHEME_UNKNOWN');
  });

  it('leave nothing behind', async () => {
    expect(await readdir(folder)).toEqual([]);
  });
});
