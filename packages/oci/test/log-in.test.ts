import { createPrivateKey, createSign, X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Credentials, createCredential } from '@agentmesh/download';
import { createOciClient, type OciClientOptions, type OciRepositorySession } from '@agentmesh/oci';
import {
  createAuthority,
  type DockerRegistry,
  startDockerRegistry,
  startTlsFront,
  type TlsFront,
} from '@agentmesh/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const { signal } = new AbortController();
const PASSWORD = 's3cret-of-the-test';
/** The password's bcrypt hash, made once with htpasswd. */
const LINE = 'tester:$2y$05$Sp19HlQyaq8Z3rWjquVJcOFAChLcgJh9Xxa1r6uY4kqpMsYq5HTcm';
const authority = createAuthority('registry.test', 'auth.test');
const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const basic = (password: string) => `Basic ${Buffer.from(`tester:${password}`).toString('base64')}`;

/** Whom credentials were asked for, and the one that is known. */
function knows(host: string, port: number, credential = createCredential(PASSWORD, 'tester')): Credentials {
  return { find: async (origin) => (origin.host === host && origin.port === port ? credential : undefined) };
}

function open(front: TlsFront, options: OciClientOptions, access: 'pull' | 'push' = 'push'): OciRepositorySession {
  const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup, ...options });
  return client.open({ registry: `registry.test:${front.port}`, repository: 'acme/private' }, { access, signal });
}

const put = (session: OciRepositorySession) => session.putBlob(Buffer.from('hello'), { mediaType: 'text/plain' });

describe('a registry that asks for a password', () => {
  let registry: DockerRegistry;
  let front: TlsFront;
  beforeAll(async () => {
    registry = await startDockerRegistry({ kind: 'htpasswd', line: LINE });
    front = await startTlsFront(authority, { port: registry.port });
  });
  afterAll(async () => {
    await front?.close();
    await registry?.close();
  });

  it('gets it, once it asked', async () => {
    const { descriptor } = await put(open(front, { credentials: knows('registry.test', front.port) }));
    expect(front.requests[0]?.headers.authorization).toBeUndefined();
    expect(front.requests[1]?.headers.authorization).toBe(basic(PASSWORD));
    const reader = open(front, { credentials: knows('registry.test', front.port) }, 'pull');
    expect(await reader.getBlob(descriptor, { maxBytes: 5 })).toEqual(Buffer.from('hello'));
    expect(await open(front, { credentials: knows('registry.test', front.port) }).findManifest('no')).toBeUndefined();
  });

  it('is SOURCE_UNAUTHORIZED with a wrong one, which is not shown', async () => {
    const credentials = knows('registry.test', front.port, createCredential('wr0ng-one', 'tester'));
    const failed = open(front, { credentials }, 'pull').findManifest('latest');
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining('wr0ng-one') });
  });

  it('is SOURCE_NOT_FOUND without one for a reader, SOURCE_UNAUTHORIZED for a writer', async () => {
    await expect(open(front, {}, 'pull').findManifest('latest')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    await expect(put(open(front, {}))).rejects.toMatchObject({
      code: 'SOURCE_UNAUTHORIZED',
      message: expect.stringContaining('without a credential'),
    });
  });

  it('gets none for another port of the same host', async () => {
    const before = front.requests.length;
    const session = open(front, { credentials: knows('registry.test', 443) }, 'pull');
    await expect(session.findManifest('latest')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(front.requests.slice(before).filter(({ headers }) => headers.authorization)).toEqual([]);
  });

  it('gets none without TLS, on loopback neither', async () => {
    const find = () => Promise.reject(new Error('asked for'));
    const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'], credentials: { find } });
    const session = client.open({ registry: registry.host, repository: 'acme/private' }, { access: 'pull', signal });
    await expect(session.findManifest('latest')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

interface Grant {
  readonly authorization: string | undefined;
  readonly service: string | null;
  readonly scope: string | null;
}

/** A token server: whoever has the password gets what was asked for, others get nothing. */
function tokenServer(grants: Grant[]): (request: IncomingMessage, response: ServerResponse) => void {
  const key = createPrivateKey(authority.key);
  const x5c = [new X509Certificate(authority.cert).raw.toString('base64')];
  return (request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'https://auth.test');
    const { authorization } = request.headers;
    const scope = searchParams.get('scope');
    grants.push({ authorization, service: searchParams.get('service'), scope });
    const [, name = '', actions = ''] = /^repository:(.*):(.*)$/.exec(scope ?? '') ?? [];
    const isKnown = authorization === basic(PASSWORD);
    if (authorization !== undefined && !isKnown) {
      response.writeHead(401).end();
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: 'tests', sub: 'tester', aud: 'registry.test', jti: String(grants.length) },
      ...{ iat: now, nbf: now - 60, exp: now + 300 },
      access: isKnown ? [{ type: 'repository', name, actions: actions.split(',') }] : [],
    };
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${encode({ typ: 'JWT', alg: 'ES256', x5c })}.${encode(claims)}`;
    const signature = createSign('sha256').update(signed).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64url');
    response.end(JSON.stringify({ token: `${signed}.${signature}` }));
  };
}

describe('a registry that asks for a token', () => {
  let registry: DockerRegistry;
  let front: TlsFront;
  let auth: TlsFront;
  const grants: Grant[] = [];
  beforeAll(async () => {
    const answer = tokenServer(grants);
    auth = await startTlsFront(authority, {
      intercept: (request, response) => {
        answer(request, response);
        return true;
      },
    });
    registry = await startDockerRegistry({
      ...{ kind: 'token', service: 'registry.test', certificate: authority.ca + authority.cert },
      realm: `https://auth.test:${auth.port}/token?account=x`,
    });
    front = await startTlsFront(authority, { port: registry.port });
  });
  afterAll(async () => {
    await Promise.all([front?.close(), auth?.close()]);
    await registry?.close();
  });
  beforeEach(() => {
    grants.length = 0;
  });

  const listed = (): OciClientOptions => ({
    credentials: knows('registry.test', front.port),
    tokenHosts: { [`registry.test:${front.port}`]: [`auth.test:${auth.port}`] },
  });

  it('gets one from the server that it names and the user listed, for just what is done', async () => {
    const { descriptor } = await put(open(front, listed()));
    expect(grants).toEqual([
      { authorization: basic(PASSWORD), service: 'registry.test', scope: 'repository:acme/private:pull,push' },
    ]);
    await open(front, listed(), 'pull').getBlob(descriptor, { maxBytes: 5 });
    expect(grants.at(-1)?.scope).toBe('repository:acme/private:pull');
    const shown = front.requests.map(({ headers }) => headers.authorization ?? '');
    expect(shown.some((header) => header.startsWith('Bearer '))).toBe(true);
    expect(shown.filter((header) => header.startsWith('Basic '))).toEqual([]);
  });

  it('does not make its credential known to a foreign host by naming that as realm', async () => {
    const credentials = knows('registry.test', front.port);
    const failed = open(front, { credentials }, 'pull').findManifest('latest');
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(grants.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('does not get a token that was made with the credential of the realm itself', async () => {
    const credentials = knows('auth.test', auth.port);
    const failed = open(front, { credentials }, 'pull').findManifest('latest');
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(grants.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('is SOURCE_UNAUTHORIZED when the token server refuses the credential', async () => {
    const credentials = knows('registry.test', front.port, createCredential('wr0ng-one', 'tester'));
    const failed = open(front, { ...listed(), credentials }, 'pull').findManifest('latest');
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining('wr0ng-one') });
  });

  it('gets a credential without a user name as the token that it is', async () => {
    const credentials = knows('registry.test', front.port, createCredential('a-token-of-mine'));
    const failed = open(front, { ...listed(), credentials }, 'pull').findManifest('latest');
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
    expect(front.requests.at(-1)?.headers.authorization).toBe('Bearer a-token-of-mine');
    expect(grants).toEqual([]);
  });
});

describe('a registry whose challenge is a trap', () => {
  const challenged = async (challenge: string | string[], more: TlsFront['requests'][number][] = []) => {
    const front = await startTlsFront(authority, {
      intercept: (_, response) => {
        response.writeHead(401, { 'www-authenticate': challenge }).end('secret text of the server');
        return true;
      },
    });
    try {
      const session = open(front, { credentials: knows('registry.test', front.port) }, 'pull');
      const error: unknown = await session.findManifest('latest').catch((reason: unknown) => reason);
      more.push(...front.requests);
      return error;
    } finally {
      await front.close();
    }
  };

  it.each([
    ['plain http', 'Bearer realm="http://auth.test/token"'],
    ['plain http on loopback', 'Bearer realm="http://127.0.0.1/token"'],
    ['a file', 'Bearer realm="file:///etc/passwd"'],
    ['a URL with a password', 'Bearer realm="https://me:secret@auth.test/"'],
    ['no URL', 'Bearer realm="token"'],
    ['nothing', 'Bearer service="x"'],
    ['a cloud metadata address', 'Bearer realm="https://169.254.169.254/latest"'],
  ])('is not followed to %s', async (_, challenge) => {
    const error = await challenged(challenge);
    expect(error).toMatchObject({ code: 'FETCH_FAILED', message: expect.not.stringContaining('secret') });
  });

  it('is asked at most twice, however often it challenges', async () => {
    const seen: TlsFront['requests'][number][] = [];
    expect(await challenged('Basic realm="x"', seen)).toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
    expect(seen).toHaveLength(2);
  });

  it('gets no credential for a challenge that cannot be read', async () => {
    const seen: TlsFront['requests'][number][] = [];
    expect(await challenged('=', seen)).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it.each([
    ['no JSON', 'secret-text'],
    ['no object', '"secret-text"'],
    ['no token', '{"expires_in":1,"note":"secret-text"}'],
    ['a token with a line break', '{"token":"secret-text\\r\\nx: y"}'],
    ['a token without end', JSON.stringify({ token: 'secret-text'.repeat(2_000) })],
  ])('ends in FETCH_FAILED when the token server answers with %s', async (_, answer) => {
    const front = await startTlsFront(authority, {
      intercept: ({ url, headers }, response) => {
        const realm = `https://${headers.host}/token`;
        if (url?.startsWith('/token')) response.end(answer);
        else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
        return true;
      },
    });
    try {
      const failed = open(front, { credentials: knows('registry.test', front.port) }, 'pull').findManifest('latest');
      await expect(failed).rejects.toMatchObject({ code: 'FETCH_FAILED' });
      await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining('secret-text') });
    } finally {
      await front.close();
    }
  });
});
