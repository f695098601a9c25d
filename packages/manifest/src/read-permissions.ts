import type * as zod from 'zod/mini';
import { loadZod } from './load-library.js';
import type { Permissions } from './plugin-manifest.js';
import type { Problems } from './problems.js';

const HOST_LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOST_AND_PORT = new RegExp(`^(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$`);
const MAX_ITEMS = 100;
const MAX_TEXT = 1024;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

let schema: zod.ZodMiniType<Permissions> | undefined;

/** A frozen copy of `permissions`, or undefined when it asks for something that is not in formats.md; all of it is reported. */
export function readPermissions(value: unknown, path: string, problems: Problems): Permissions | undefined {
  schema ??= createSchema(loadZod());
  const result = schema.safeParse(value);
  if (!result.success) {
    for (const issue of result.error.issues) report(issue, path, problems);
    return undefined;
  }
  for (const part of Object.values(result.data)) Object.freeze(part);
  return Object.freeze(result.data);
}

function report(issue: zod.core.$ZodIssue, path: string, problems: Problems): void {
  const place = issue.path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    path,
  );
  if (issue.code !== 'unrecognized_keys') return problems.error('permission-invalid', place, issue.message);
  for (const key of issue.keys) {
    problems.error('permission-unknown', `${place}.${key}`, 'expected net, env, read, write, scratch, memory, time or run');
  }
}

function createSchema(z: typeof zod): zod.ZodMiniType<Permissions> {
  const list = (item: zod.ZodMiniType<string>): zod.ZodMiniType<string[] | undefined> =>
    z.optional(z.array(item, 'expected a list').check(z.maxLength(MAX_ITEMS, `expected at most ${MAX_ITEMS} items`)));
  const amount = (unit: string): zod.ZodMiniType<number | undefined> =>
    z.optional(z.int(`expected a whole number of ${unit}`).check(z.positive(`expected more than 0 ${unit}`)));
  const text = (pattern: RegExp, what: string): zod.ZodMiniType<string> =>
    z.string(`expected ${what}`).check(z.maxLength(MAX_TEXT, `expected at most ${MAX_TEXT} characters`), z.regex(pattern, `expected ${what}`));
  const host = text(HOST_AND_PORT, 'host:port').check(z.refine(hasPort, 'expected a port from 1 to 65535'));
  const plain = (what: string): zod.ZodMiniType<string> =>
    text(/./su, what).check(z.refine(isPrintableText, `expected ${what} without control characters`));
  return z.strictObject(
    {
      net: list(host),
      env: list(text(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')),
      read: list(plain('a path')),
      write: list(plain('a path')),
      scratch: amount('bytes'),
      memory: amount('bytes'),
      time: amount('milliseconds'),
      run: list(plain('a command')),
    },
    'expected a mapping of permissions',
  );
}

function hasPort(text: string): boolean {
  const port = Number(text.slice(text.lastIndexOf(':') + 1));
  return port >= 1 && port <= 65_535;
}

function isPrintableText(text: string): boolean {
  return text.isWellFormed() && !CONTROL.test(text);
}
