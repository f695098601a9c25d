import { createHash, generateKeyPairSync } from 'node:crypto';
import type { OwnerKey } from '@agentmesh/registry';

/** Makes an owner with a key of its own: whoever passes owners on may look whether a key is the one that its id says. */
export function makeOwner(): OwnerKey {
  const { publicKey } = generateKeyPairSync('ed25519');
  const digest = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  return {
    keyId: `SHA256:${digest.replace(/=+$/, '')}`,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
