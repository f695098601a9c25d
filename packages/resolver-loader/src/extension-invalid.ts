import { MarketplaceError, printable } from '@agentmesh/errors';
import { EXTENSION_RULES, type ExtensionKind } from './extension-kind.js';

/** Which package is at fault. */
export interface NamedExtension {
  readonly kind: ExtensionKind;
  readonly name: string;
}

/** The one error for a package that does not bring what its name says: `RESOLVER_INVALID`, `SHAPE_INVALID`. */
export function extensionInvalid({ kind, name }: NamedExtension, problem: string, cause?: unknown): MarketplaceError {
  const { factory, makes, invalid, seeAlso } = EXTENSION_RULES[kind];
  return new MarketplaceError(`The package ${printable(name)} ${problem}`, {
    code: invalid,
    hint: `A ${kind} package exports ${factory}(options), which gives ${makes}${seeAlso}.`,
    cause,
  });
}
