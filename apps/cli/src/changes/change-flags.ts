import * as Flags from '@oclif/core/flags';
import { type ClientFlags, clientFlags } from '../clients/client-flags.js';
import { registryFlag } from '../flags.js';

/** What every command that brings plugins takes. */
export const changeFlags = {
  ...clientFlags,
  'dry-run': Flags.boolean({ description: 'show the plan and stop', default: false }),
  offline: Flags.boolean({
    description: 'use no network: the store, folders and a registry on disk alone',
    default: false,
  }),
  pinned: Flags.boolean({
    description: 'take from sources only what is pinned: a full commit id, a digest, an exact version',
    default: false,
  }),
  yes: Flags.boolean({
    char: 'y',
    description: 'grant new permissions without being asked, at a terminal',
    default: false,
  }),
  'allow-permissions': Flags.boolean({
    description: 'grant what plugins ask for, also where nobody can be asked',
    default: false,
  }),
  'allow-downgrade': Flags.boolean({ description: 'take an older version than the one installed', default: false }),
  'allow-retag': Flags.boolean({
    description: 'take other files under a version that is known already',
    default: false,
  }),
  verify: Flags.boolean({ description: 'check signature and author', default: true, allowNo: true }),
  registry: registryFlag,
} as const;

/** The values of {@link changeFlags}. */
export interface ChangeFlags extends ClientFlags {
  readonly 'dry-run': boolean;
  readonly offline: boolean;
  readonly pinned: boolean;
  readonly yes: boolean;
  readonly 'allow-permissions': boolean;
  readonly 'allow-downgrade': boolean;
  readonly 'allow-retag': boolean;
  readonly verify: boolean;
}
