import { lookup as systemLookup } from 'node:dns/promises';

/** One address that a name stands for. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a host name to all its addresses; rejects when there are none. */
export type Lookup = (host: string) => Promise<readonly ResolvedAddress[]>;

/** The system's own resolver. */
export const defaultLookup: Lookup = (host) => systemLookup(host, { all: true, order: 'verbatim' });
