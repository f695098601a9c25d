import type { KeyObject } from 'node:crypto';

/** An Ed25519 public key as callers have it: a public `KeyObject`, an SPKI PEM text, or the 32 raw bytes of RFC 8032. */
export type PublicKeyInput = KeyObject | string | Uint8Array;
