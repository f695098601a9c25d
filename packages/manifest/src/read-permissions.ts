import type * as zod from 'zod/mini';
import { isPlainObject } from './is-plain-object.js';
import { createPermissionsSchema } from './permissions-schema.js';
import type { Permissions } from './plugin-manifest.js';
import type { Problems } from './problems.js';

let schema: zod.ZodMiniType<Permissions> | undefined;

/** A frozen copy of `permissions`, or undefined when it asks for what is not in formats.md; all of that is reported. */
export function readPermissions(value: unknown, path: string, problems: Problems): Permissions | undefined {
  schema ??= createPermissionsSchema();
  // The library also reads inherited keys; only the manifest's own may grant anything.
  const own = isPlainObject(value) ? Object.assign(Object.create(null), value) : value;
  const result = schema.safeParse(own);
  if (!result.success) {
    for (const issue of result.error.issues) report(issue, path, problems);
    return undefined;
  }
  for (const part of Object.values(result.data)) Object.freeze(part);
  return Object.freeze(result.data);
}

function report(issue: zod.core.$ZodIssue, path: string, problems: Problems): void {
  const place = issue.path.reduce<string>((text, key) => text + segment(key), path);
  if (issue.code !== 'unrecognized_keys') {
    problems.error('permission-invalid', place, issue.message);
    return;
  }
  const message = 'no such permission; expected net, env, read, write, scratch, memory, time or run';
  for (const key of issue.keys) problems.error('permission-unknown', `${place}.${key}`, message);
}

function segment(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
}
