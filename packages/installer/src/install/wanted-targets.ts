import { MarketplaceError, printable } from '@agentmesh/errors';
import { parseSource } from '@agentmesh/resolver';
import type { Target } from '../dependencies/candidate.js';
import { admits, type Wanted } from '../project/wanted.js';
import { baseCandidate } from './base-candidate.js';
import { baseOf } from './base-of.js';
import { findTarget } from './find-target.js';
import { inParallel } from './in-parallel.js';
import type { InstallSession } from './install-session.js';
import type { PluginCandidate } from './plugin-candidate.js';
import { offerDependency } from './registry-offers.js';

/**
 * Targets for what `agentmesh.yaml` asks for. What the lock has and still fits is preferred to anything newer; what is to move is looked
 * up anew.
 *
 * @param moving names that shall take the newest version that fits, or the source as it is now
 * @throws MarketplaceError as `findTarget` does; `NAME_MISMATCH` when a source holds a plugin of another name
 */
export async function wantedTargets(
  session: InstallSession,
  plugins: ReadonlyMap<string, Wanted>,
  moving: ReadonlySet<string> = new Set(),
): Promise<readonly Target<PluginCandidate>[]> {
  return inParallel([...plugins], session.concurrency, async ([name, wanted]) => {
    const locked = baseOf(session).get(name);
    const fits = locked !== undefined && admits(wanted, name, locked, session.overrides.get(name));
    if (fits && !moving.has(name)) return stayingTarget(session, name, wanted);
    if (wanted.kind === 'source') return sourceTarget(session, name, wanted.source);
    // An override is asked for whatever the file says beside it.
    const version = session.overrides.has(name) ? undefined : wanted.range;
    return findTarget(session, { kind: 'registry', name }, version);
  });
}

async function stayingTarget(session: InstallSession, name: string, wanted: Wanted): Promise<Target<PluginCandidate>> {
  const locked = baseOf(session).get(name);
  if (locked === undefined) throw new TypeError('A plugin that stays without being there');
  const staying = baseCandidate(session, { name, locked }, false);
  if (wanted.kind === 'source') return { name, candidates: [staying] };
  const { candidates } = await offerDependency(session, name);
  const others = candidates.filter(({ version }) => version !== locked.version);
  const range = session.overrides.has(name) ? {} : { range: wanted.range };
  return { name, candidates: [staying, ...others], ...range };
}

async function sourceTarget(session: InstallSession, name: string, source: string): Promise<Target<PluginCandidate>> {
  const target = await findTarget(session, { kind: 'source', source: parseSource(source) });
  if (target.name === name) return target;
  throw new MarketplaceError(
    `agentmesh.yaml has ${printable(source)} as ${name}, and it holds ${printable(target.name)}`,
    {
      code: 'NAME_MISMATCH',
      hint: `Write it under its own name: ${printable(target.name)}`,
    },
  );
}
