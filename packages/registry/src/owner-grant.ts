import { canonicalJson } from '@agentmesh/manifest';
import { keyId, type PluginSigner, type PublicKeyInput } from '@agentmesh/signing';

/**
 * The bytes an owner signs to let another key publish under a name: canonical JSON, as the signed bytes of a manifest:
 * `{"action":"owner-add","key_id":"SHA256:…","name":"…"}`.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function ownerGrantBytes(name: string, publicKey: PublicKeyInput): Uint8Array {
  return Buffer.from(canonicalJson({ action: 'owner-add', key_id: keyId(publicKey), name }));
}

/**
 * An owner's signature that lets `publicKey` publish versions of `name`; for `PluginRegistry.addOwner`.
 *
 * @param signer the owner's key
 * @throws MarketplaceError `KEY_INVALID`
 */
export function signOwnerGrant(name: string, publicKey: PublicKeyInput, signer: PluginSigner): Uint8Array {
  return signer.signBytes(ownerGrantBytes(name, publicKey));
}
