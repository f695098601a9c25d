import { readFile } from 'node:fs/promises';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { Keyring } from '@agentmesh/signing';
import { Consents } from './consent.js';
import type { Settings } from './settings.js';

/**
 * The project's trusted keys; undefined where it has no such file.
 *
 * @throws MarketplaceError `CONSENT_REQUIRED` when the user has not accepted the file as it is now, `KEYRING_INVALID`
 */
export async function readTrustedKeys(settings: Settings): Promise<Keyring | undefined> {
  const content = await readContent(settings.trustedKeysPath);
  if (content === undefined) return undefined;
  if (!(await new Consents(settings.userDir).has(content))) {
    throw new MarketplaceError(
      `${printable(settings.trustedKeysPath)} names authors to trust, and you have not accepted it as it is now`,
      {
        code: 'CONSENT_REQUIRED',
        hint: 'Look at it with: agentmesh key list. Then: agentmesh key accept',
      },
    );
  }
  const { Keyring } = await import('@agentmesh/signing');
  return Keyring.open(settings.trustedKeysPath);
}

/** Changes the project's trusted keys on the user's behalf, and remembers the new content as accepted. */
export async function changeTrustedKeys<T>(settings: Settings, change: (keyring: Keyring) => T): Promise<T> {
  await readTrustedKeys(settings);
  const { Keyring } = await import('@agentmesh/signing');
  const answer = await Keyring.update(settings.trustedKeysPath, change);
  await acceptTrustedKeys(settings);
  return answer;
}

/** Remembers the project's trusted keys as they are now as accepted by the user. */
export async function acceptTrustedKeys(settings: Settings): Promise<void> {
  const content = await readContent(settings.trustedKeysPath);
  if (content === undefined) {
    throw new MarketplaceError(`There is no ${printable(settings.trustedKeysPath)}`, {
      code: 'KEY_NOT_FOUND',
      hint: 'Trust an author first: agentmesh key trust AUTHOR',
    });
  }
  await new Consents(settings.userDir).add(content, settings.trustedKeysPath);
}

async function readContent(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
