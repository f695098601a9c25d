import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One manifest that the Python toolkit signed, of `fixtures/agt-signatures.json`. */
export interface SignatureCase {
  readonly id: string;
  readonly input: Record<string, unknown>;
  readonly fields: Record<string, unknown>;
  readonly signable_bytes_b64: string;
  readonly signature_b64: string;
  readonly saved_yaml_b64: string;
}

export interface Outcome {
  readonly accepted: boolean;
  readonly manifest?: Record<string, unknown>;
}

/** `fixtures/agt-validation.json`. */
export interface ValidationVectors {
  readonly meta: { readonly base_manifest: Record<string, unknown>; readonly delete_marker: string };
  readonly constructor_cases: readonly { readonly override: Record<string, unknown>; readonly outcome: Outcome }[];
  readonly yaml_load_cases: readonly { readonly yaml: string; readonly outcome: Outcome }[];
  readonly dependency_cases: readonly {
    readonly spec: string;
    readonly outcome: { readonly name?: string; readonly pinned?: string | null; readonly error?: string };
  }[];
  readonly version_keys: readonly { readonly version: string; readonly key: readonly number[] }[];
}

export const signatureCases: readonly SignatureCase[] = readFixture<{ cases: SignatureCase[] }>('agt-signatures').cases;
export const validation: ValidationVectors = readFixture('agt-validation');

// The fixtures are the toolkit's own output; the types above say what the tests take from them.
function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`./fixtures/${name}.json`, import.meta.url)), 'utf8'));
}
