import { checkPath } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';

const ID = /^[a-z0-9][a-z0-9_-]{0,63}(?:\.[a-z0-9_-]{1,63}){0,4}$/;

/**
 * The id of a workspace, which becomes the name of a folder and of a container: lower-case letters, digits, `-`, `_`, and single dots
 * between them, a letter or digit first, no device name of Windows.
 *
 * @throws MarketplaceError `WORKSPACE_INVALID`
 */
export function checkWorkspaceId(id: string): string {
  const reason = ID.test(id) ? checkPath(id) : 'its characters or its length';
  if (reason === undefined) return id;
  throw new MarketplaceError(`Expected the id of a workspace, got "${printable(id, 80)}": ${reason}`, {
    code: 'WORKSPACE_INVALID',
    hint: 'An id is lower-case letters, digits, "-", "_", and dots between them, a letter or digit first.',
  });
}
