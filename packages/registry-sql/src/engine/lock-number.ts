import { createHash } from 'node:crypto';

/** The number of an advisory lock, as PostgreSQL takes it: 64 bits of a hash, in decimal digits. */
export function lockNumber(lock: string): string {
  return createHash('sha256').update(`agentmesh:${lock}`).digest().readBigInt64BE().toString();
}
