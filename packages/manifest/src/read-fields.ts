import { nearest, printable } from '@agentmesh/errors';
import { markChecked } from './checked-manifests.js';
import { FIELDS, type Field } from './fields.js';
import { isBlank } from './is-blank.js';
import { isExtensionKey } from './is-extension-key.js';
import { isReadableName } from './is-readable-name.js';
import { isVersion } from './is-version.js';
import type { PluginManifest } from './plugin-manifest.js';
import type { Problems } from './problems.js';
import { readJsonValue } from './read-json-value.js';
import { readPermissions } from './read-permissions.js';

const EMPTY: readonly string[] = Object.freeze([]);

/**
 * The reading rule of formats.md, for whatever border the values came through: defaults filled, unknown keys reported and
 * left out, every problem added to `problems`. Undefined when one of them is an error; else frozen all the way down.
 *
 * @param strict unknown keys are errors, as in publishing
 */
export function readFields(
  input: Readonly<Record<string, unknown>>,
  problems: Problems,
  strict: boolean,
): PluginManifest | undefined {
  const manifest: Record<string, unknown> = {};
  for (const [key, field] of FIELDS) {
    const value = readField(Object.hasOwn(input, key) ? input[key] : undefined, key, field, problems);
    if (value !== undefined) manifest[key] = value;
  }
  readOtherKeys(input, manifest, problems, strict);
  if (problems.failed) return undefined;
  // Every field has just been checked against the table that mirrors the type.
  return markChecked(Object.freeze(manifest) as unknown as PluginManifest);
}

function readField(value: unknown, key: string, field: Field, problems: Problems): unknown {
  if (value === undefined) return unsetValue(key, field, problems);
  if (value === null) return field.unset === 'null' ? null : readNull(key, field, problems);
  if (field.kind === 'list') return readList(value, key, problems);
  if (field.kind === 'permissions') return readPermissions(value, key, problems);
  const text = readText(value, key, problems);
  if (text !== undefined) checkMeaning(text, key, field, problems);
  return text;
}

function unsetValue(key: string, field: Field, problems: Problems): unknown {
  if (field.unset === 'null') return null;
  if (field.unset === 'empty') return EMPTY;
  if (field.unset === 'required') problems.error('field-missing', key, `${key} is required`);
  return undefined;
}

/** Only a field of ours may stand there without a value: it then counts as unset, while AGT refuses a null list or text. */
function readNull(key: string, field: Field, problems: Problems): undefined {
  if (field.unset === 'absent') return;
  problems.error('type-wrong', key, `expected ${field.kind === 'list' ? 'a list' : 'text'}, found no value`);
}

function readList(value: unknown, key: string, problems: Problems): readonly string[] | undefined {
  if (!Array.isArray(value)) {
    problems.error('type-wrong', key, `expected a list, found ${typeName(value)}`);
    return undefined;
  }
  const items: string[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const item = value[index];
    if (typeof item === 'string' && item.isWellFormed()) items.push(item);
    else readText(item, `${key}[${index}]`, problems);
  }
  return Object.freeze(items);
}

function readText(value: unknown, path: string, problems: Problems): string | undefined {
  if (typeof value !== 'string') {
    problems.error('type-wrong', path, `expected text, found ${typeName(value)}`);
    return undefined;
  }
  if (value.isWellFormed()) return value;
  problems.error('text-malformed', path, 'expected well-formed Unicode, found a lone surrogate');
  return undefined;
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'no value';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

function checkMeaning(text: string, key: string, { words }: Field, problems: Problems): void {
  const refuse = (code: string, expected: string): void => {
    problems.error(code, key, `expected ${expected}, got "${printable(text, 60)}"`);
  };
  if (words !== undefined) {
    if (!words.includes(text)) refuse('word-unknown', `one of ${words.join(', ')}`);
  } else if (key === 'name') {
    if (isBlank(text)) refuse('name-blank', 'a name');
    else if (!isReadableName(text)) refuse('name-invalid', 'letters, digits, - and _');
  } else if (key === 'version') {
    if (!isVersion(text)) refuse('version-invalid', 'MAJOR.MINOR or MAJOR.MINOR.PATCH in digits');
  } else if (key === 'author' && isBlank(text)) {
    refuse('author-blank', 'an author');
  }
}

function readOtherKeys(
  input: Readonly<Record<string, unknown>>,
  manifest: Record<string, unknown>,
  problems: Problems,
  strict: boolean,
): void {
  for (const key of Object.keys(input)) {
    if (FIELDS.has(key)) continue;
    if (!isExtensionKey(key)) reportUnknownKey(key, problems, strict);
    else if (!key.isWellFormed()) problems.error('text-malformed', key, 'expected a key of well-formed Unicode');
    else if (input[key] !== undefined) {
      const value = readJsonValue(input[key], key, problems);
      if (value !== undefined) manifest[key] = value;
    }
  }
}

function reportUnknownKey(key: string, problems: Problems, strict: boolean): void {
  const near = nearest(key, FIELDS.keys());
  const guess = near === undefined ? 'keys of your own begin with x-' : `did you mean ${near}?`;
  const outcome = strict ? 'no such field' : 'no such field, left out';
  problems.add({
    code: 'key-unknown',
    severity: strict ? 'error' : 'warning',
    path: key,
    message: `${outcome}; ${guess}`,
  });
}
