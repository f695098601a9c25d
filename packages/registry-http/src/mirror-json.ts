import { MarketplaceError } from '@agentmesh/errors';
import { z } from 'zod';
import { type NameDocument, parseName } from './entry-json.js';

/** What a mirror says of itself in `v1/mirror.json`. */
export interface MirrorRoot {
  /** Version of the layout. */
  readonly agentmesh_mirror: 1;
  /** Path of the list of everything, named by the sha256 of its bytes. */
  readonly index: string;
  readonly names: number;
  readonly versions: number;
}

const root = z.object({
  agentmesh_mirror: z.literal(1),
  index: z.string().regex(/^v1\/index\/[0-9a-f]{64}\.json$/),
  names: z.int().nonnegative(),
  versions: z.int().nonnegative(),
});
const index = z.object({ plugins: z.array(z.looseObject({ name: z.string() })) });

/**
 * Reads `v1/mirror.json`.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parseMirrorRoot(value: unknown): MirrorRoot {
  const found = root.safeParse(value);
  if (found.success) return found.data;
  throw notOurs();
}

/**
 * Reads the list of everything that a mirror has.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parseMirrorIndex(value: unknown): readonly NameDocument[] {
  const found = index.safeParse(value);
  if (found.success) return found.data.plugins.map((plugin) => parseName(plugin, plugin.name));
  throw notOurs();
}

function notOurs(): MarketplaceError {
  return new MarketplaceError('The mirror is of a kind that this version does not know', {
    code: 'FETCH_FAILED',
    hint: 'Update agentmesh, or write the mirror again with agentmesh registry mirror.',
  });
}
