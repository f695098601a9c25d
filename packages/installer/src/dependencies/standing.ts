import { AGENTMESH_VERSION, type PluginManifest, satisfies } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import type { Candidate, Refusal } from './candidate.js';

/** What a version has to meet before anything of it is fetched. */
export interface StandingRules {
  /** The host's level (default `AGENTMESH_VERSION`). */
  readonly agentmeshVersion?: string | undefined;
  /** Least age of a version in milliseconds; any when unset. */
  readonly minimumAgeMs?: number | undefined;
  readonly now: () => Date;
  /** Versions for which being yanked or deprecated does not count: asked for exactly, or installed. */
  readonly evenWithdrawn?: ((version: string) => boolean) | undefined;
}

/** How a version stands: free to be picked, only as a last resort, or not at all. */
export type Standing = Pick<Candidate, 'refusal' | 'lastResort'>;

const UNITS: readonly (readonly [name: string, milliseconds: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** How a version of the registry stands, by what the registry says of it. */
export function standingOf(entry: RegistryEntry, rules: StandingRules): Standing {
  const { manifest, status } = entry;
  const withdrawn = status.state !== 'active' && rules.evenWithdrawn?.(manifest.version) !== true;
  const said = statusReason(entry);
  const yanked = withdrawn && status.state === 'yanked' ? { reason: said } : undefined;
  const refusal = yanked ?? hostRefusal(manifest, rules) ?? ageRefusal(entry, rules);
  if (refusal !== undefined) return { refusal };
  return withdrawn ? { lastResort: said } : {};
}

/** Why a plugin does not run on this host: `HOST_TOO_OLD`. */
function hostRefusal(
  { min_agentmesh_version: wanted }: PluginManifest,
  { agentmeshVersion = AGENTMESH_VERSION }: Pick<StandingRules, 'agentmeshVersion'>,
): Refusal | undefined {
  if (wanted === null || satisfies(agentmeshVersion, `>=${wanted}`)) return undefined;
  return { reason: `needs agentmesh >=${wanted} and this is ${agentmeshVersion}`, code: 'HOST_TOO_OLD' };
}

function statusReason({ status }: RegistryEntry): string {
  const why = status.reason === undefined ? '' : `: ${status.reason}`;
  const instead = status.successor === undefined ? '' : `; ${status.successor} takes its place`;
  return `is ${status.state}${why}${instead}`;
}

/** A version whose age nobody knows may be as young as any. */
function ageRefusal({ publishedAt }: RegistryEntry, { minimumAgeMs = 0, now }: StandingRules): Refusal | undefined {
  if (minimumAgeMs <= 0) return undefined;
  const code = 'VERSION_TOO_YOUNG';
  const wanted = `the minimum age is ${duration(minimumAgeMs)}`;
  const age = now().getTime() - Date.parse(publishedAt ?? '');
  if (Number.isNaN(age)) return { reason: `does not say when it was published, and ${wanted}`, code };
  if (age >= minimumAgeMs) return undefined;
  if (age < 0) return { reason: `is dated in the future, and ${wanted}`, code };
  return { reason: `was published ${duration(age)} ago, and ${wanted}`, code };
}

function duration(milliseconds: number): string {
  const [unit, size] = UNITS.find((one) => milliseconds >= one[1]) ?? ['second', 1_000];
  const count = Math.floor(milliseconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
