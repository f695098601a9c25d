import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { digestTree } from '@agentmesh/artifact';
import { withFileLock } from '@agentmesh/files';
import { Keyring, PluginSigner, signPlugin } from '@agentmesh/signing';
import { serve } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/create-app.js';
import { type Listening, listen } from '../../src/listen.js';
import { createTestApp } from '../support/test-app.js';
import { scratch, writeFiles } from '../targets/staged.js';
import { pluginFiles } from './plugin-files.js';

const run = promisify(execFile);
const DOCUMENT = new URL('../../../../docs/workspace-api.md', import.meta.url);

interface Step {
  readonly command: string;
  readonly status: number;
  readonly says: string;
}

/** Every command of the document with the answer that stands under it, in its order. */
function readSteps(): readonly Step[] {
  const text = readFileSync(DOCUMENT, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    [...block.matchAll(/(.+?)^# (\d{3})(?: ([^\n]*))?\n/gms)].map(([, command = '', status, says = '']) => ({
      command,
      status: Number(status),
      says,
    })),
  );
}

describe('docs/workspace-api.md', () => {
  const steps = readSteps();
  let listening: Listening;
  let environment: Record<string, string>;
  let release: () => void;
  let held: Promise<void>;

  beforeAll(async () => {
    const home = scratch();
    const keys = join(home, 'trusted-keys.yaml');
    const files = await serve((request, response) => {
      if (request.url?.startsWith('/broken')) response.writeHead(400).end();
    });
    const app = await createTestApp({
      args: [
        ...['--sources', 'local,github,http', '--allow-private-hosts', '127.0.0.1', '--pinned', 'required'],
        ...['--allow-sources', `local://*,github://alice/*,http://127.0.0.1:${files.port}/*`, '--trusted-keys', keys],
        ...['--plugin-install-fetch-timeout', '1s', '--plugin-install-max-dir-bytes', '100000', '--port', '0'],
        ...['--workspace-lock-timeout', '200ms', '--requests-per-minute-workspace', '60'],
      ],
    });
    const signer = PluginSigner.generate();
    await Keyring.update(keys, (keyring) => keyring.trust({ author: 'alice', key: signer.publicKey }));
    const local = join(app.dataDir, 'plugins');
    writeFiles(join(local, 'greeter'), pluginFiles('greeter'));
    writeFiles(join(local, 'lookalike'), pluginFiles('Greeter'));
    writeFiles(join(local, 'needs-greeter'), pluginFiles('needs-greeter', { dependencies: ['greeter'] }));
    for (const name of ['greeter', 'lookalike', 'needs-greeter']) await signPlugin(join(local, name), signer);
    writeFiles(join(local, 'unsigned'), pluginFiles('unsigned'));
    writeFiles(join(local, 'no-manifest'), { 'index.js': '1;\n' });
    writeFiles(join(local, 'too-large'), { ...pluginFiles('too-large'), 'data.txt': 'x'.repeat(200_000) });
    ({ release, held } = hold(join(app.dataDir, 'workspaces/.agentmesh/busy/lock')));
    listening = await listen(createApp(app.deps), app.deps.config);
    // The commands are run as they stand; curl's own settings make it tell the status.
    writeFileSync(join(home, '.curlrc'), 'write-out = "\\n%{http_code}"\n');
    environment = {
      PATH: process.env.PATH ?? '',
      CURL_HOME: home,
      HOME: home,
      SERVER: `http://127.0.0.1:${listening.port}`,
      TOKEN: await app.token('install:*'),
      READER: await app.token('read'),
      DIGEST: await digestTree(join(local, 'greeter')),
      FILES: `127.0.0.1:${files.port}`,
      SHA256: createHash('sha256').update('').digest('hex'),
    };
  });
  afterAll(async () => {
    release();
    await held;
    await listening.close(AbortSignal.abort());
  });

  for (const { command, status, says } of steps) {
    it(`answers ${status} ${says} to ${command.split('\n').at(-2)?.trim().slice(0, 90)}`, async () => {
      const { stdout } = await run('sh', ['-c', command], { env: environment, cwd: environment.HOME });
      expect(stdout.slice(-3)).toBe(String(status));
      expect(stdout).toContain(says);
    });
  }

  it('provokes every status that it names', () => {
    const named = [...readFileSync(DOCUMENT, 'utf8').matchAll(/^\| (\d{3}) \|/gm)].map(([, status]) => Number(status));
    expect(named).toEqual([400, 401, 403, 404, 409, 413, 422, 429, 502, 503, 504]);
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set([200, 204, ...named]));
  });

  it('sends archives that tar opens', async () => {
    const { stdout } = await run('tar', ['tzf', join(environment.HOME ?? '', 'greeter.tar.gz')]);
    expect(stdout.trim().split('\n').sort()).toEqual(['agent-plugin.yaml', 'index.js']);
  });
});

function hold(path: string): { readonly release: () => void; readonly held: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { release: resolve, held: withFileLock(path, {}, () => promise) };
}
