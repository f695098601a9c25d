import { PluginType } from '@agentmesh/manifest';
import type { JsonObject } from './json-object.js';

type Check = (value: unknown) => boolean;

const TYPES: readonly unknown[] = Object.values(PluginType);
const NAME = /^[A-Za-z0-9_-]+$/;
const VERSION = /^[0-9]+\.[0-9]+(?:\.[0-9]+)?$/;
const VISIBLE = /[A-Za-z0-9]/;
const REQUIRED: readonly string[] = ['name', 'version', 'description', 'author', 'plugin_type'];

const CHECKS: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['name', (value) => matches(value, NAME)],
  ['version', (value) => matches(value, VERSION)],
  ['description', isText],
  ['author', (value) => isText(value) && matches(value, VISIBLE)],
  ['plugin_type', (value) => TYPES.includes(value)],
  ['capabilities', isList],
  ['dependencies', isList],
  ['min_agentmesh_version', isTextOrNull],
  ['organization', isTextOrNull],
  ['artifact_url', isTextOrNull],
  ['artifact_sha256', isTextOrNull],
  ['signature', isTextOrNull],
  ['entry', isText],
  ['content_digest', isText],
  ['license', isText],
  ['homepage', isText],
  ['repository', isText],
  ['keywords', isList],
  ['_registry', () => true],
]);

/**
 * True for what surely passes the reading rule of manifests; false says only that the rule itself has to be asked.
 * It lets a file of ten thousand entries open without making ten thousand manifests.
 */
export function isPlainManifest(object: JsonObject): boolean {
  for (const key of Object.keys(object)) {
    if (CHECKS.get(key)?.(object[key]) !== true) return false;
  }
  return REQUIRED.every((key) => Object.hasOwn(object, key));
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.isWellFormed();
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value);
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
