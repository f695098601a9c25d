import { beforeAll, describe, expect, it } from 'vitest';
import { type EscapeCase, readCorpus } from './corpus/escape-case.js';
import type { AloneEvidence, Evidence } from './corpus/evidence.js';
import { findBreach } from './corpus/judge.js';
import { type CorpusRun, runCorpus } from './corpus/run-corpus.js';

// The harness has to be able to fail: here it is pointed at runners without a sandbox, and at evidence of every kind of harm.

const corpus = readCorpus();

/** Attacks that succeed against a naive runner: each oracle that such a runner can lose by, and both languages. */
const SUCCEEDING = {
  javascript: [
    'js-read-require-fs',
    'js-read-main-symlink',
    'js-read-proc-root',
    'js-read-worker',
    'js-read-wasi',
    'js-list-root',
    'js-env-process',
    'js-env-proc-parent',
    'js-net-tcp',
    'js-net-fetch',
    'js-net-udp',
    'js-net-unix',
    'js-net-listen',
    'js-proc-execsync',
    'js-proc-spawn-detached',
    'js-proc-kill-parent',
    'js-proc-kill-group',
    'js-proc-dlopen',
    'js-proc-fork-bomb',
    'js-write-outside',
    'js-write-self',
    'js-mem-buffers',
    'js-reply-stdout-spoof',
    'js-reply-fd-spray',
    'js-reply-tojson-proto',
    'js-reply-undefined-top',
    'js-carry-tmpfile',
    'api-entry-constructor',
    'api-plugin-traversal',
  ],
  python: [
    'py-read-open',
    'py-read-symlink-shipped',
    'py-read-sqlite',
    'py-env-parent',
    'py-net-socket',
    'py-proc-subprocess',
    'py-proc-kill-parent',
    'py-write-outside',
    'py-mem-bytes',
    'py-reply-print-spoof',
  ],
} as const;

describe.each(['javascript', 'python'] as const)('without a sandbox, in %s', (language) => {
  const ids: readonly string[] = SUCCEEDING[language];
  let run: CorpusRun | undefined;
  beforeAll(async () => {
    const attacks = corpus.filter(({ id }) => ids.includes(id));
    run = await runCorpus({ setting: 'naive', engine: language === 'python' ? 'python' : 'node', attacks });
  }, 120_000);

  it.each(ids)('the harness sees %s succeed', (id) => {
    expect(run?.reports.get(id)?.breach).toBeTypeOf('string');
  });
});

describe('a breach is seen in', () => {
  const secrets = { traps: { canaries: { file: 'c0ffee01c0ffee02', dirname: 'decade01decade02' } }, env: 'facade01' };
  const calm: AloneEvidence = {
    guestBytes: 0,
    hostBytes: 0,
    extraProcesses: 0,
    hostStallMs: 0,
    ports: [],
    survivors: 0,
  };
  const honest: Evidence = {
    settled: [{ answer: { result: 'honest' }, ms: 5 }],
    contacts: [],
    changedFiles: [],
    alone: calm,
  };
  const find = (id: string, change: Partial<Evidence>) => {
    const attack = corpus.find((one): one is EscapeCase => one.id === id);
    if (attack === undefined) throw new TypeError(`no case ${id}`);
    return findBreach(attack, { ...honest, ...change }, secrets);
  };
  const answer = (result: unknown): Partial<Evidence> => ({ settled: [{ answer: { result }, ms: 5 }] });

  it.each<[string, string, Partial<Evidence>]>([
    ['a canary in a log', 'js-cpu-loop', { settled: [{ answer: { result: 1, logs: ['facade01'] }, ms: 5 }] }],
    ['a canary in an error', 'js-cpu-loop', { settled: [{ thrown: new Error('x c0ffee01c0ffee02'), ms: 5 }] }],
    ['a canary that a trap was sent', 'js-cpu-loop', { contacts: ['udp decade01decade02'] }],
    ['a part of the file', 'js-read-syntaxerror-leak', answer('… ffee01c0f …')],
    ['the first words of the file', 'js-read-main-symlink', answer('Unexpected token S in SECRETKEY=')],
    ['a contact with nothing said', 'js-cpu-loop', { contacts: ['tcp connection'] }],
    ['a changed file', 'js-cpu-loop', { changedFiles: ['/outside/pwned'] }],
    ['a call that settles too late', 'js-cpu-loop', { settled: [{ thrown: new Error('late'), ms: 4100 }] }],
    ['a call that never settles', 'js-async-never', { settled: [{ ms: Number.POSITIVE_INFINITY }] }],
    ['an error that is none of ours', 'js-out-deep', { settled: [{ thrown: new RangeError('stack'), ms: 5 }] }],
    ['an answer of neither kind', 'js-out-deep', { settled: [{ answer: {}, ms: 5 }] }],
    ['an answer of both kinds', 'js-out-deep', { settled: [{ answer: { result: 1, error: 1 }, ms: 5 }] }],
    ['a result where there has to be an error', 'js-reply-circular', answer({ a: null })],
    ['a result that differs', 'js-reply-envelope-confusion', answer({ error: 'I am data' })],
    ['a result with a prototype', 'js-reply-proto-json', answer(Object.create({ polluted: 'yes' }))],
    ['a forged envelope', 'js-reply-tojson-proto', answer('SPOOFED')],
    ['a forged word', 'js-reply-json-tamper', answer({ result: 'SPOOFED' })],
    ['a survivor', 'js-async-keepalive', { alone: { ...calm, survivors: 1 } }],
    ['a process', 'js-proc-fork-bomb', { alone: { ...calm, extraProcesses: 1 } }],
    ['a port', 'js-net-listen', { alone: { ...calm, ports: [4711] } }],
    ['timers that stood still', 'js-proc-worker-bomb', { alone: { ...calm, hostStallMs: 1500 } }],
    ['memory of the host', 'js-out-result', { alone: { ...calm, hostBytes: 2 ** 28 } }],
    ['memory of the guest', 'js-mem-heap', { alone: { ...calm, guestBytes: 321 * 2 ** 20 } }],
    [
      'the second of two calls',
      'js-carry-global',
      {
        settled: [
          { answer: { result: 'fresh' }, ms: 5 },
          { answer: { result: 'CARRIED' }, ms: 5 },
        ],
      },
    ],
  ])('%s', (_, id, change) => {
    expect(find(id, change)).toBeTypeOf('string');
  });

  it('nothing, where an honest answer came', () => {
    const harmless = corpus.filter(({ oracle }) => !['equals', 'must-error'].includes(oracle.kind));
    expect(harmless.filter(({ id }) => find(id, {}) !== undefined)).toEqual([]);
  });
});
