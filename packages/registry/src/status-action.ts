import { canonicalJson } from '@agentmesh/manifest';
import type { PluginSigner } from '@agentmesh/signing';

/** What an owner wants done to a version, far from the registry. */
export interface StatusAction {
  readonly action: 'deprecate' | 'restore' | 'yank';
  readonly name: string;
  readonly version: string;
  readonly reason?: string;
  readonly successor?: string;
  /** ISO 8601: when it was signed, so that nobody can send it again later. */
  readonly at: string;
}

/**
 * The bytes an owner signs to change the status of a version: canonical JSON, as the signed bytes of a manifest:
 * `{"action":"version-yank","at":"…","name":"…","reason":"…","successor":null,"version":"…"}`.
 */
export function statusActionBytes(action: StatusAction): Uint8Array {
  const { name, version, at, reason = null, successor = null } = action;
  return Buffer.from(canonicalJson({ action: `version-${action.action}`, at, name, reason, successor, version }));
}

/** An owner's signature (64 bytes) under {@link statusActionBytes}. */
export function signStatusAction(action: StatusAction, signer: PluginSigner): Uint8Array {
  return signer.signBytes(statusActionBytes(action));
}
