import { stat } from 'node:fs/promises';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { createCredential } from './create-credential.js';
import type { Credential, Credentials } from './credentials.js';

const MAX_BYTES = 1024 * 1024;
const HTTPS_PORT = 443;

/** What {@link createFileCredentials} reads. */
export interface FileCredentialsOptions {
  /** The file; an absent one has no credentials. */
  readonly path: string;
}

/**
 * Credentials out of a JSON file: `{ "hosts": { "git.example.com": { "token": "…" }, "registry.example:5000":
 * { "username": "…", "token": "…" } } }`. It is read when the first credential is asked for, and again after a failure.
 * `find` throws `CREDENTIALS_INVALID` for a file that others may read (as SSH does with keys), or that has another form.
 */
export function createFileCredentials(options: FileCredentialsOptions): Credentials {
  let read: Promise<ReadonlyMap<string, Credential>> | undefined;
  const load = async (): Promise<ReadonlyMap<string, Credential>> => {
    try {
      return await readHosts(options.path);
    } catch (error) {
      read = undefined;
      throw error;
    }
  };
  return {
    find: async ({ host, port, scheme }) => {
      if (scheme !== 'https') return undefined;
      read ??= load();
      const name = host.includes(':') ? `[${host}]` : host;
      return (await read).get(port === HTTPS_PORT ? name : `${name}:${port}`);
    },
  };
}

async function readHosts(path: string): Promise<ReadonlyMap<string, Credential>> {
  const text = await readPrivate(path);
  if (text === undefined) return new Map();
  const { hosts }: { hosts?: unknown } = Object(parseJson(text, path));
  if (!isRecord(hosts)) throw invalid(path, 'no object "hosts"');
  return new Map(Object.entries(hosts).map(([host, entry]) => readEntry(host, entry, path)));
}

function readEntry(host: string, entry: unknown, path: string): [string, Credential] {
  const { username, token }: { username?: unknown; token?: unknown } = Object(entry);
  const name = host.toLowerCase().replace(/:443$/, '');
  if (typeof token !== 'string' || token === '') throw invalid(path, `no token for "${printable(host, 80)}"`);
  if (username === undefined) return [name, createCredential(token)];
  if (typeof username !== 'string') throw invalid(path, `a user name that is no text for "${printable(host, 80)}"`);
  return [name, createCredential(token, username)];
}

async function readPrivate(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    // Windows has no such bits and reports them all.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw invalid(path, 'a mode that lets others read it');
    return (await readFileLimited(path, MAX_BYTES)).toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The parser's message would quote the text, and so a token. */
function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(path, 'no JSON');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(path: string, problem: string): MarketplaceError {
  return new MarketplaceError(`The credentials file ${printable(path)} has ${problem}`, {
    code: 'CREDENTIALS_INVALID',
    hint: 'Expected { "hosts": { "git.example.com": { "token": "…" } } } in a file of mode 0600.',
  });
}
