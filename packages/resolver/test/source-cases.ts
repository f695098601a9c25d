import { readFileSync } from 'node:fs';

/** One case of the shared vectors; see their README. */
export interface SourceCase {
  readonly id: string;
  readonly scheme: string;
  readonly spec: string;
  readonly valid: boolean;
  readonly why: string;
  readonly input?: string;
  readonly stage?: 'parse' | 'registry' | 'resolver';
  readonly nameRefused?: boolean;
}

const FILE = new URL('./fixtures/source-specs.json', import.meta.url);

/** The 120 source strings, unchanged. */
export const SOURCE_CASES: readonly SourceCase[] = JSON.parse(readFileSync(FILE, 'utf8'));
