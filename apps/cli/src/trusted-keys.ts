import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import type { Keyring } from '@agentmesh/signing';
import { Consents } from './consent.js';
import type { Settings } from './settings.js';

const MAX_BYTES = 1_048_576;

/**
 * The project's trusted keys; undefined where it has no such file and never had one that the user accepted.
 *
 * @throws MarketplaceError `CONSENT_REQUIRED` when the user has not accepted the file as it is now, or accepted one that is
 * gone; `KEYRING_INVALID`
 */
export async function readTrustedKeys(settings: Settings): Promise<Keyring | undefined> {
  const path = settings.trustedKeysPath;
  const consents = new Consents(settings.userDir);
  const content = await readTrustedKeysFile(settings);
  if (content === undefined) {
    if (await consents.hasAnyFor(path)) throw notAccepted(`${printable(path)}, which you had accepted, is gone`);
    return undefined;
  }
  if (!(await consents.has(content))) {
    throw notAccepted(`${printable(path)} names authors to trust, and you have not accepted it as it is now`);
  }
  const { Keyring } = await import('@agentmesh/signing');
  return Keyring.open(path);
}

/** Changes the project's trusted keys on the user's behalf, and remembers the new content as accepted. */
export async function changeTrustedKeys<T>(settings: Settings, change: (keyring: Keyring) => T): Promise<T> {
  await readTrustedKeys(settings);
  const { Keyring } = await import('@agentmesh/signing');
  const answer = await Keyring.update(settings.trustedKeysPath, change);
  await acceptTrustedKeys(settings, await readTrustedKeysFile(settings));
  return answer;
}

/**
 * Remembers `content` as what the user accepts as the project's trusted keys; undefined accepts that they are gone.
 *
 * @throws MarketplaceError `KEY_NOT_FOUND` when there are none and never were
 */
export async function acceptTrustedKeys(settings: Settings, content: Uint8Array | undefined): Promise<void> {
  const consents = new Consents(settings.userDir);
  const path = settings.trustedKeysPath;
  if (content !== undefined) return consents.add(content, path);
  if (await consents.hasAnyFor(path)) return consents.removeAllFor(path);
  throw new MarketplaceError(`There is no ${printable(path)}`, {
    code: 'KEY_NOT_FOUND',
    hint: 'Trust an author first: agentmesh key trust AUTHOR',
  });
}

/** The bytes of the project's trusted keys; undefined where it has none. */
export async function readTrustedKeysFile(settings: Settings): Promise<Uint8Array | undefined> {
  return readFileLimited(settings.trustedKeysPath, MAX_BYTES).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function notAccepted(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'CONSENT_REQUIRED',
    hint: 'Look at it with: agentmesh key list. Then: agentmesh key accept',
  });
}
