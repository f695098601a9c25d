import { createHash } from 'node:crypto';
import { TransformStream } from 'node:stream/web';
import { MarketplaceError } from '@agentmesh/errors';
import type { ArtifactReference } from './registry-entry.js';

/**
 * Passes an archive's bytes on and fails when they are not those the registry lists: more of them at once, fewer or
 * different ones at the end. Whoever reads may use the bytes only when the stream has ended well.
 */
export function verifyStream(artifact: ArtifactReference): TransformStream<Uint8Array, Uint8Array> {
  const hash = createHash('sha512');
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > artifact.size) throw mismatch(artifact, `more than ${artifact.size} bytes`);
      hash.update(chunk);
      controller.enqueue(chunk);
    },
    flush() {
      const integrity = `sha512-${hash.digest('base64')}`;
      if (integrity !== artifact.integrity) throw mismatch(artifact, `${size} bytes with ${integrity}`);
    },
  });
}

function mismatch(artifact: ArtifactReference, found: string): MarketplaceError {
  return new MarketplaceError(
    `Expected an archive of ${artifact.size} bytes with ${artifact.integrity}, got ${found}`,
    {
      code: 'INTEGRITY_MISMATCH',
      hint: 'The stored archive was changed or damaged: restore it, or publish the same files again.',
    },
  );
}
