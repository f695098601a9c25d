import { type PluginManifest, signableBytes } from '@agentmesh/manifest';

/** True when every field of two manifests agrees, the signature included. */
export function sameManifest(a: PluginManifest, b: PluginManifest): boolean {
  return a.signature === b.signature && Buffer.compare(signableBytes(a), signableBytes(b)) === 0;
}
