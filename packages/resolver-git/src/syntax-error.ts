import { MarketplaceError } from '@agentmesh/errors';

/** The one error for a spec that no repository can have. The message must not hold the spec: it may hold a credential. */
export function syntaxError(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write host/path.git, then //folder for a folder of it, then #ref: a branch, a tag or a commit id.',
  });
}
