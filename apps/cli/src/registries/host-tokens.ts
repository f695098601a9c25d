import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited, withFileLock, writeFileAtomic } from '@agentmesh/files';

const MAX_BYTES = 1024 * 1024;
const PRIVATE = 0o600;

type Hosts = Readonly<Record<string, unknown>>;

/**
 * Keeps a token for exactly one host and port in the user's file of credentials, which nobody else may read.
 *
 * @throws MarketplaceError `CREDENTIALS_INVALID` for a file that others may read, or that has another form; it is not changed
 */
export async function keepToken(path: string, url: URL, token: string): Promise<void> {
  await change(path, (hosts) => ({ ...hosts, [hostKey(url)]: { token } }));
}

/**
 * Forgets the token of a host.
 *
 * @returns whether there was one
 * @throws MarketplaceError `CREDENTIALS_INVALID`
 */
export async function forgetToken(path: string, url: URL): Promise<boolean> {
  let was = false;
  await change(path, ({ [hostKey(url)]: found, ...others }) => {
    was = found !== undefined;
    return others;
  });
  return was;
}

async function change(path: string, work: (hosts: Hosts) => Hosts): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await withFileLock(`${path}.lock`, {}, async () => {
    const file = await read(path);
    const hosts = work(file.hosts);
    await writeFileAtomic(path, `${JSON.stringify({ ...file, hosts }, null, 2)}\n`, { mode: PRIVATE });
  });
}

async function read(path: string): Promise<{ readonly hosts: Hosts }> {
  const stats = await stat(path).catch(unlessAbsent);
  if (stats === undefined) return { hosts: {} };
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) throw invalid(path, 'others may read it');
  const value = parse((await readFileLimited(path, MAX_BYTES)).toString());
  const hosts = isObject(value) ? (value.hosts ?? {}) : undefined;
  if (!isObject(hosts)) throw invalid(path, 'it has another form');
  return { ...Object(value), hosts };
}

/** The host as the file of credentials has it: with its port, unless that is the usual one of https. */
function hostKey(url: URL): string {
  if (url.port !== '') return `${url.hostname}:${url.port}`;
  return url.protocol === 'http:' ? `${url.hostname}:80` : url.hostname;
}

/** The parser's message would quote the text, and so a token. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function invalid(path: string, why: string): MarketplaceError {
  return new MarketplaceError(`The file of credentials ${printable(path, 1_000)} cannot be used: ${why}`, {
    code: 'CREDENTIALS_INVALID',
    hint: 'Expected { "hosts": { "plugins.example.com": { "token": "…" } } } in a file of mode 0600.',
  });
}
