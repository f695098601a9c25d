import type { Credential, Credentials } from './credentials.js';

/** Asks for the credential of a URL's host and port; undefined for anything but `https:`. */
export async function findCredential(credentials: Credentials | undefined, url: URL): Promise<Credential | undefined> {
  if (credentials === undefined || url.protocol !== 'https:') return undefined;
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, '');
  return credentials.find({ host, port: Number(url.port || 443), scheme: 'https' });
}
