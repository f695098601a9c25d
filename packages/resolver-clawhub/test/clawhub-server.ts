import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { zipSync } from 'fflate';

type Files = Readonly<Record<string, string>>;

/** A skill as its author published it. */
export interface PublishedSkill {
  readonly owner: string;
  /** By version, in the order in which they were published. */
  readonly versions: Readonly<Record<string, Files>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly blocked?: boolean;
  /** Where GitHub has it instead: what the download answers then. */
  readonly handoff?: object;
  /** What the archive holds besides what the list of files says. */
  readonly smuggled?: Files;
  /** What the list of files says besides what the archive holds. */
  readonly promised?: Files;
}

/** A ClawHub server on loopback, and what it saw. */
export interface ClawhubServer {
  readonly url: string;
  readonly port: number;
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[];
  active(): number;
  close(): Promise<void>;
}

/** What a test answers instead of the skills below; true when it did. */
export type Interception = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Starts a server that answers as ClawHub's published API v1 says; with a certificate it speaks TLS. */
export async function startClawhub(
  skills: Readonly<Record<string, PublishedSkill>>,
  options: { readonly intercept?: Interception; readonly tls?: { readonly key: string; readonly cert: string } } = {},
): Promise<ClawhubServer> {
  const requests: ClawhubServer['requests'] = [];
  let active = 0;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
    active += 1;
    response.once('close', () => {
      active -= 1;
    });
    response.setHeader('ratelimit-limit', '3000');
    response.setHeader('ratelimit-remaining', '2999');
    if (options.intercept?.(request, response) !== true) answer(skills, request, response);
  };
  const server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const scheme = options.tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    requests,
    active: () => active,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  skills: Readonly<Record<string, PublishedSkill>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
  const [, slug = '', version] = /^\/api\/v1\/skills\/([^/]+)(?:\/versions\/([^/]+))?$/.exec(pathname) ?? [];
  const isDownload = pathname === '/api/v1/download';
  const name = isDownload ? (searchParams.get('slug') ?? '') : decodeURIComponent(slug);
  const skill = skills[name];
  if (skill === undefined) return void text(response, 404, 'Skill not found');
  if (isDownload) return void download(skill, searchParams, response);
  if (version === undefined) return void json(response, detail(name, skill));
  const files = skill.versions[decodeURIComponent(version)];
  if (files === undefined) return void text(response, 404, 'Version not found');
  json(response, versionOf(name, skill, decodeURIComponent(version)));
}

function detail(slug: string, skill: PublishedSkill): object {
  const latest = Object.keys(skill.versions).at(-1);
  return {
    skill: {
      slug,
      displayName: slug,
      summary: null,
      tags: { ...(latest === undefined ? {} : { latest }), ...skill.tags },
      stats: {},
      createdAt: 1,
      updatedAt: 2,
    },
    latestVersion: latest === undefined ? null : { version: latest, createdAt: 1, changelog: 'new' },
    owner: { handle: skill.owner, displayName: null, image: null },
    moderation: {
      isSuspicious: false,
      isMalwareBlocked: skill.blocked === true,
      verdict: skill.blocked ? 'malicious' : 'clean',
    },
  };
}

function versionOf(slug: string, skill: PublishedSkill, version: string): object {
  const files = Object.entries({ ...skill.versions[version], ...skill.promised }).map(([path, content]) => ({
    path,
    size: Buffer.byteLength(content),
    sha256: createHash('sha256').update(content).digest('hex'),
    contentType: 'text/plain',
  }));
  return {
    skill: { slug, displayName: slug },
    version: { version, createdAt: 1, changelog: 'new', changelogSource: 'user', files },
  };
}

function download(skill: PublishedSkill, query: URLSearchParams, response: ServerResponse): void {
  const version = query.get('version') ?? Object.keys(skill.versions).at(-1) ?? '';
  const files = skill.versions[version];
  if (files === undefined) return void text(response, 404, 'Version not found');
  if (skill.handoff !== undefined) return void json(response, skill.handoff);
  const meta = JSON.stringify({ slug: query.get('slug'), version, publishedAt: 1 });
  const all = { ...files, ...skill.smuggled, '_meta.json': meta };
  const bytes = zipSync(Object.fromEntries(Object.entries(all).map(([path, content]) => [path, Buffer.from(content)])));
  response.setHeader('content-type', 'application/zip');
  response.end(bytes);
}

function json(response: ServerResponse, value: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function text(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(message);
}
