import { MarketplaceError, printable } from '@agentmesh/errors';

/** `BUNDLE_INVALID`: a file that is no bundle, or one that contradicts itself. */
export function bundleInvalid(reason: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`Expected a sound bundle of agentmesh: ${printable(reason, 500)}`, {
    code: 'BUNDLE_INVALID',
    hint: 'Make the bundle anew where the plugins are installed, and do not use this one.',
    cause,
  });
}
