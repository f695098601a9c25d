import { readFileSync } from 'node:fs';
import type { Permissions } from '@agentmesh/manifest';

/** How the corpus decides that an attack succeeded. */
export type OracleKind =
  | 'bounded'
  | 'bounded-output'
  | 'carryover'
  | 'connect'
  | 'equals'
  | 'file'
  | 'hang'
  | 'host-down'
  | 'leak'
  | 'linger'
  | 'listen'
  | 'mem'
  | 'must-error'
  | 'pollution'
  | 'procs'
  | 'reply'
  | 'reply-self'
  | 'reply-top'
  | 'shape';

/** What a machine looks for. */
interface Oracle {
  readonly kind: OracleKind;
  readonly canary?: 'dirname' | 'env' | 'file' | 'file-part';
  readonly forbid?: string;
  readonly expect?: string;
  readonly key?: string;
  readonly value?: unknown;
  readonly max?: number;
  readonly afterMs?: number;
}

/** One hostile plugin of the shared corpus, as its file has it. */
export interface EscapeCase {
  readonly id: string;
  readonly lang: 'javascript' | 'python' | 'wasm';
  readonly format: 'base64' | 'cjs' | 'esm' | 'py' | 'ts' | 'wat';
  readonly category: string;
  readonly technique: string;
  readonly severity: 'critical' | 'high' | 'hygiene' | 'medium';
  readonly entry: string;
  readonly code: string;
  readonly oracle: Oracle;
  readonly files?: Readonly<Record<string, string | { readonly symlink: string }>>;
  readonly hostFiles?: Readonly<Record<string, string>>;
  readonly call?: { readonly entry?: string; readonly plugin?: string; readonly input?: unknown };
  /** What its manifest asks for, and is granted; cases of our own alone have it. */
  readonly permissions?: Permissions;
  /** What the attack did to runners without a sandbox. */
  readonly measured?: Readonly<Record<string, boolean | null>>;
}

/** The shared corpus, unchanged. */
export function readCorpus(): readonly EscapeCase[] {
  const file = new URL('../fixtures/sandbox-escapes.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).cases;
}
