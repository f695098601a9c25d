import { PluginType } from './plugin-type.js';

/** How the value of one field is read. */
export interface Field {
  readonly kind: 'text' | 'list' | 'word' | 'permissions';
  /** `required`: must be there. `null`: null when unset. `empty`: `[]` when unset. `absent`: left out when unset. */
  readonly unset: 'required' | 'null' | 'empty' | 'absent';
  /** The words that a field of kind `word` may be. */
  readonly words?: readonly string[];
}

/** Every field but `x-…`, in the order in which a manifest is written (formats.md, "agent-plugin.yaml"). */
export const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['name', { kind: 'text', unset: 'required' }],
  ['version', { kind: 'text', unset: 'required' }],
  ['description', { kind: 'text', unset: 'required' }],
  ['author', { kind: 'text', unset: 'required' }],
  ['plugin_type', { kind: 'word', unset: 'required', words: Object.values(PluginType) }],
  ['capabilities', { kind: 'list', unset: 'empty' }],
  ['dependencies', { kind: 'list', unset: 'empty' }],
  ['min_agentmesh_version', { kind: 'text', unset: 'null' }],
  ['organization', { kind: 'text', unset: 'null' }],
  ['entry', { kind: 'text', unset: 'absent' }],
  ['runtime', { kind: 'word', unset: 'absent', words: ['javascript', 'python', 'wasm'] }],
  ['engine', { kind: 'word', unset: 'absent', words: ['quickjs', 'node'] }],
  ['permissions', { kind: 'permissions', unset: 'absent' }],
  ['license', { kind: 'text', unset: 'absent' }],
  ['homepage', { kind: 'text', unset: 'absent' }],
  ['repository', { kind: 'text', unset: 'absent' }],
  ['keywords', { kind: 'list', unset: 'absent' }],
  ['artifact_url', { kind: 'text', unset: 'null' }],
  ['artifact_sha256', { kind: 'text', unset: 'null' }],
  ['content_digest', { kind: 'text', unset: 'absent' }],
  ['signature', { kind: 'text', unset: 'null' }],
]);
