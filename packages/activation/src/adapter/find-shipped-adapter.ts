import { type Finding, printable } from '@agentmesh/errors';
import type { StagedPlugin } from '@agentmesh/shape';
import { runtimeKey } from './runtime-key.js';

const PLACE = /^adapters\/([^/.]+)\.(?:m?js|ts|py)$/;

/** What {@link findShippedAdapter} found. */
export interface ShippedAdapter {
  /** Path in the plugin. */
  readonly file: string | undefined;
  readonly findings: readonly Finding[];
}

/** Finds the one adapter for a runtime that a plugin ships. Two that could be meant are none. */
export function findShippedAdapter(
  { files, refused = [] }: StagedPlugin,
  key: string,
  canRun: boolean,
): ShippedAdapter {
  const isFor = ({ path }: { readonly path: string }): boolean => {
    const runtime = PLACE.exec(path)?.[1];
    return runtime !== undefined && runtimeKey(runtime) === key;
  };
  const unsafe = refused
    .filter(isFor)
    .map(({ path, reason }) => fault('adapter-unsafe', path, `it is not used, since ${reason}`));
  const [first, ...others] = files.filter(isFor).map(({ path }) => path);
  if (first === undefined) return { file: undefined, findings: unsafe };
  if (others.length > 0) {
    const message = `${printable([first, ...others].join(', '))} could all be meant; none is used`;
    return { file: undefined, findings: [...unsafe, fault('adapter-ambiguous', first, message)] };
  }
  if (canRun) return { file: first, findings: unsafe };
  const message = 'it is not used, since adapters of plugins are not run here';
  return {
    file: undefined,
    findings: [...unsafe, { ...fault('adapter-not-run', first, message), severity: 'warning' }],
  };
}

function fault(code: string, path: string, message: string): Finding {
  return { code, severity: 'error', path, message };
}
