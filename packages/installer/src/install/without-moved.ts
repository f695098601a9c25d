import type { Wanted } from '../project/wanted.js';
import { baseOf } from './base-of.js';
import type { InstallSession } from './install-session.js';
import { registrySource } from './read-target.js';

/** The same session without plugins that `agentmesh.yaml` takes from elsewhere by now: the old ones must not stand in the way. */
export function withoutMoved(session: InstallSession, plugins: ReadonlyMap<string, Wanted>): InstallSession {
  const base = [...baseOf(session)].filter(([name, { source }]) => {
    const wanted = plugins.get(name);
    if (wanted === undefined) return true;
    return source === (wanted.kind === 'source' ? wanted.source : registrySource(name));
  });
  return { ...session, base: new Map(base) };
}
