import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from './releases.js';

/** What a server answered to an upload. */
export interface Answered {
  readonly release: Release;
  /** 0 when the connection broke off. */
  readonly status: number;
  readonly retryAfter: string | null;
}

/** Where uploads go, and who sends them. */
export interface LoadOptions {
  readonly url: string;
  readonly token: string;
  /** Uploads at once. */
  readonly atOnce: number;
  /** Ends the load early. */
  readonly until?: () => boolean;
}

/** Publishes releases, several at once, and tells what became of each. */
export async function publishAll(releases: readonly Release[], options: LoadOptions): Promise<Answered[]> {
  const answers: Answered[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (options.until?.() !== true) {
      const release = releases[next];
      next += 1;
      if (release === undefined) return;
      answers.push(await publish(release, options));
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  return answers;
}

/** Publishes one release. */
export async function publish(release: Release, { url, token }: Pick<LoadOptions, 'token' | 'url'>): Promise<Answered> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/gzip',
    'x-agentmesh-public-key': release.key,
  };
  try {
    const path = `${url}/v1/plugins/${release.name}/${release.version}`;
    const answer = await fetch(path, { method: 'PUT', body: release.bytes, headers });
    await answer.arrayBuffer();
    return { release, status: answer.status, retryAfter: answer.headers.get('retry-after') };
  } catch {
    return { release, status: 0, retryAfter: null };
  }
}

/** Every version that a server lists, `name@version` and its integrity, of these names. */
export async function listed(url: string, names: Iterable<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of new Set(names)) {
    const answer = await fetch(`${url}/v1/plugins/${name}`);
    if (answer.status === 404) continue;
    const { versions } = (await answer.json()) as {
      versions: { manifest: { version: string }; artifact: { integrity: string } }[];
    };
    for (const { manifest, artifact } of versions) {
      const key = `${name}@${manifest.version}`;
      if (found.has(key)) throw new Error(`${key} is listed twice`);
      found.set(key, artifact.integrity);
    }
  }
  return found;
}

/** The token that a server made for its admin. */
export async function adminToken(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
}
