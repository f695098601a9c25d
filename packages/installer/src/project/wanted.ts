import { MarketplaceError, printable } from '@agentmesh/errors';
import { isVersion, parseRange, satisfies } from '@agentmesh/manifest';
import { formatSource, parseSource } from '@agentmesh/resolver';
import { registrySource } from '../install/read-target.js';
import type { Lock, LockedPlugin } from '../state/locked-plugin.js';

/** What `agentmesh.yaml` says of one plugin: versions of the registry, or a source. */
export type Wanted =
  | { readonly kind: 'range'; readonly range: string }
  | { readonly kind: 'source'; readonly source: string };

/**
 * Reads the value behind a name in `agentmesh.yaml`: a version, comma-separated comparators, `*` or nothing for any version, or
 * `scheme://spec`.
 *
 * @throws MarketplaceError `RANGE_INVALID`, `SOURCE_SYNTAX`
 */
export function parseWanted(text: string): Wanted {
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(text)) {
    const source = parseSource(text);
    if (source.scheme !== 'registry') return { kind: 'source', source: formatSource(source) };
    throw new MarketplaceError('A plugin of the registry is written as a range of versions', {
      code: 'SOURCE_SYNTAX',
      hint: 'Write ">=1.0.0,<2.0.0", or "*".',
    });
  }
  if (text === '' || text === '*') return { kind: 'range', range: '' };
  if (isVersion(text)) return { kind: 'range', range: `==${text}` };
  const comparators = parseRange(text);
  if (typeof comparators !== 'string') return { kind: 'range', range: text };
  throw new MarketplaceError(
    `"${printable(text)}" is neither a range of versions nor a source: ${printable(comparators)}`,
    {
      code: 'RANGE_INVALID',
      hint: 'Write comma-separated comparators: >=1.0.0,<2.0.0',
    },
  );
}

/** True when a locked plugin is one that was wanted. */
export function admits(wanted: Wanted, name: string, locked: LockedPlugin, override?: string): boolean {
  if (wanted.kind === 'source') return locked.source === wanted.source;
  const range = override === undefined ? wanted.range : overrideRange(override);
  return locked.source === registrySource(name) && isVersion(locked.version) && satisfies(locked.version, range);
}

/** What a lock says was asked for, as `agentmesh.yaml` would say it if it named no versions. */
export function requestedPlugins(lock: Lock): ReadonlyMap<string, Wanted> {
  const requested = [...lock].filter(([, locked]) => locked.requested);
  return new Map(
    requested.map(([name, { source }]): [string, Wanted] => {
      return [name, source === registrySource(name) ? { kind: 'range', range: '' } : { kind: 'source', source }];
    }),
  );
}

/** An override as a range. */
export function overrideRange(text: string): string {
  return isVersion(text) ? `==${text}` : text;
}

/**
 * How a plugin is written into `agentmesh.yaml` when nobody said how: its source, or the versions that keep its first number
 * (its second one, below 1).
 */
export function wantedText(name: string, { source, version }: Pick<LockedPlugin, 'source' | 'version'>): string {
  if (source !== registrySource(name)) return source;
  const [major = '0', minor = '0', patch] = version.split('.');
  const above = major === '0' ? ['0', next(minor)] : [next(major), '0'];
  const end = patch === undefined ? above : [...above, '0'];
  return `>=${version},<${end.join('.')}`;
}

function next(group: string): string {
  return String(BigInt(group) + 1n);
}
