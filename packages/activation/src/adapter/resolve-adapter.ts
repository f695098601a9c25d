import type { Finding } from '@agentmesh/errors';
import { registerEach, type StagedPlugin } from '@agentmesh/shape';
import { activateShipped } from './activate-shipped.js';
import { findShippedAdapter } from './find-shipped-adapter.js';
import type { AdapterKind, ResolveAdapterOptions, ResolvedAdapter } from './runtime-adapter.js';
import { runtimeKey } from './runtime-key.js';

/** Shapes that any runtime can use, the better one first. */
const COMMON = [
  { kind: 'mcp', shape: 'mcp' },
  { kind: 'skills', shape: 'agentskills' },
] as const satisfies readonly { readonly kind: AdapterKind; readonly shape: string }[];

/**
 * Decides how a plugin gets into a runtime: by an adapter that the platform registered for both; else by one that the plugin ships
 * (`adapters/<runtime>.js`, `.mjs`, `.ts` or `.py`), which runs in the sandbox and whose answer is checked like any other input; else by its MCP
 * servers; else by its skills; else not at all: its files lie where they are, with a warning.
 *
 * @param runtime `-` and `_` are equal
 */
export async function resolveAdapter(
  plugin: StagedPlugin,
  runtime: string,
  { platform = [], shapes, run }: ResolveAdapterOptions,
): Promise<ResolvedAdapter> {
  const key = runtimeKey(runtime);
  const own = platform.find((adapter) => adapter.plugin === plugin.name && runtimeKey(adapter.runtime) === key);
  if (own !== undefined)
    return { kind: 'platform', findings: [], activate: (context) => own.activate(plugin, context) };
  const { file, findings } = findShippedAdapter(plugin, key, run !== undefined);
  if (file !== undefined && run !== undefined) {
    return {
      kind: 'plugin',
      findings,
      activate: (context) => activateShipped({ plugin, runtime: key, file, run, context }),
    };
  }
  const { shapes: found, findings: failed } = await shapes.detect(plugin);
  const common = COMMON.find(({ shape }) => found.includes(shape));
  const passed: readonly Finding[] = [...findings, ...failed];
  if (common === undefined) return dropRaw(plugin, passed);
  const adapter = shapes.get(common.shape);
  return { kind: common.kind, findings: passed, activate: (context) => adapter.activate(plugin, context) };
}

function dropRaw(plugin: StagedPlugin, passed: readonly Finding[]): ResolvedAdapter {
  const message = 'nothing of it can be brought into this runtime; its files lie in its folder';
  const warning: Finding = { code: 'adapter-raw', severity: 'warning', path: '', message };
  const findings = [...passed, warning];
  return {
    kind: 'raw',
    findings,
    activate: (context) => registerEach({ shape: 'raw', plugin, context, steps: [], findings: [warning] }),
  };
}
