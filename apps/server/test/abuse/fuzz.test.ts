import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { adminToken } from '../support/load.js';
import { startServerProcess } from '../support/server-process.js';
import { peakMemory } from './watch-process.js';

const EACH = 1_000;
const AT_ONCE = 16;
const MOST_MEMORY = 300 * 1_048_576;
const SEED = Date.now() % 1e9;

interface Operation {
  readonly method: string;
  readonly path: string;
  /** Names that a body of it could have. */
  readonly fields: readonly string[];
  readonly query: readonly string[];
  readonly type: string | undefined;
}

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface DescribedOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

interface Fuzzed {
  readonly path: string;
  readonly body: string | Uint8Array | undefined;
  readonly type: string;
}

function operationsOf({ paths, components }: Document): readonly Operation[] {
  const resolve = (schema: Schema = {}): Schema =>
    schema.$ref === undefined ? schema : (components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      const fields = Object.keys(resolve(content?.schema).properties ?? {});
      const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
      return { method, path, fields, query, type };
    }),
  );
}

const word = fc.oneof(
  fc.constantFrom(
    '..',
    '%2e%2e',
    'good',
    '1.0.0',
    '__proto__',
    'constructor',
    '-',
    'a'.repeat(300),
    '\u202e',
    '%',
    ' ',
    '0',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 12 }),
);
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, true, -1, 1e308, 2 ** 53, '', '\u0000', '\ud800', 'x'.repeat(5_000), [], {}),
  word,
);
const nested = fc.integer({ min: 10, max: 9_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));

/** A body that is nearly what it should be, or nothing like it. */
function bodyOf({ fields }: Operation): fc.Arbitrary<string | Uint8Array> {
  const keys = fc.constantFrom(...fields, '__proto__', 'constructor', 'toString', 'x');
  const object = fc.array(fc.tuple(keys, value), { maxLength: 6 }).map((pairs) => {
    const members = pairs.map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member) ?? 'null'}`);
    return `{${members.join(',')}}`;
  });
  const cut = object.chain((text) => fc.integer({ min: 0, max: text.length }).map((end) => text.slice(0, end)));
  const number = fc.constantFrom('1e999', '-0', '01', 'NaN', '1'.repeat(4_000), '\ufeff{}', '{"a":1,}', "{'a':1}", '');
  return fc.oneof(
    object,
    object,
    cut,
    nested,
    number,
    value.map((any) => JSON.stringify(any) ?? ''),
    fc.uint8Array({ maxLength: 200 }),
  );
}

function fuzzed(operation: Operation): fc.Arbitrary<Fuzzed> {
  const places = operation.path.split('/').filter((part) => part.startsWith('{')).length;
  const types = fc.constantFrom(
    operation.type ?? 'application/json',
    'application/json',
    'text/plain',
    'multipart/form-data',
    '; charset=x',
    'application/json;charset=utf-16',
  );
  return fc
    .record({
      words: fc.array(word, { minLength: places, maxLength: places }),
      query: fc.array(fc.tuple(fc.constantFrom(...operation.query, 'x'), word), { maxLength: 4 }),
      body: operation.method === 'get' ? fc.constant(undefined) : bodyOf(operation),
      type: types,
    })
    .map(({ words, query, body, type }) => {
      let next = 0;
      const path = operation.path.replaceAll(/\{[^}]+\}/g, () => encode(words[next++] ?? ''));
      const search = query.map(([name, text]) => `${encode(name)}=${encode(text)}`).join('&');
      return { path: `${path}?${search}`, body, type };
    });
}

/** As somebody would write it in an address; what has no encoding is replaced. */
function encode(text: string): string {
  return text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2e');
}

it(`${EACH} malformed requests for every route: none is a fault of the server, memory and the event loop hold`, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'agentmesh-fuzz-'));
  const plenty = ['', '-address', '-token', '-workspace'].flatMap((kind) => [
    `--requests-per-minute${kind}`,
    '1000000',
  ]);
  const server = await startServerProcess('--data-dir', dataDir, ...plenty);
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await server.ended;
    await rm(dataDir, { recursive: true, force: true });
  });
  const token = await adminToken(dataDir);
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document;
  const operations = operationsOf(document);
  expect(operations.length).toBeGreaterThan(20);
  const faults: string[] = [];
  const refused = new Map<string, number>();
  for (const operation of operations) {
    const name = `${operation.method} ${operation.path}`;
    const left = fc.sample(fuzzed(operation), { numRuns: EACH, seed: SEED });
    const worker = async (): Promise<void> => {
      for (let one = left.pop(); one !== undefined; one = left.pop()) {
        const headers = { authorization: `Bearer ${token}`, 'content-type': one.type };
        const body = typeof one.body === 'object' ? Uint8Array.from(one.body) : one.body;
        const init = { method: operation.method.toUpperCase(), headers, ...(body === undefined ? {} : { body }) };
        const answer = await fetch(server.url + one.path, init);
        const text = await answer.text();
        if (answer.status >= 500)
          faults.push(`${answer.status} ${name} ${one.path} ${String(one.body).slice(0, 200)} ${text.slice(0, 200)}`);
        if (answer.status >= 400) refused.set(name, (refused.get(name) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  expect(faults.slice(0, 5), `seed ${SEED}`).toEqual([]);
  expect(refused.size).toBeGreaterThan(15);
  expect(peakMemory(server.pid)).toBeLessThan(MOST_MEMORY);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(Number(/^agentmesh_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1])).toBeLessThan(0.2);
}, 240_000);
