import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngineTarget } from '../../src/targets/engine-target.js';
import { createTestApp } from '../support/test-app.js';
import { pluginFiles } from '../workspaces/plugin-files.js';
import { checkTarget, type TargetUnderTest } from './check-target.js';
import { type Engine, tryPodman } from './podman.js';
import { scratch, stagePlugin, writeFiles } from './staged.js';

const tried = await tryPodman('ws-one');
const reason = typeof tried === 'string' ? tried : undefined;
const FILES = { 'index.js': 'one\n' };

describe.skipIf(reason !== undefined)(
  `workspaces as containers of podman${reason ? ` (skipped: ${reason})` : ''}`,
  () => {
    let engine: Engine;
    let count = 0;

    beforeAll(() => {
      if (typeof tried !== 'string') engine = tried;
    });
    afterAll(() => engine.stop());

    /** A folder of its own in one container, which is faster than a container a check. */
    function open(): TargetUnderTest & { readonly root: string } {
      count += 1;
      const root = `/configs/${count}`;
      const address = { socketPath: engine.socketPath };
      return {
        root,
        target: createEngineTarget({ address, container: 'ws-{id}', root, stateDir: scratch() }),
        workspace: () => 'one',
        read: async (_, folder) => readFolder(engine, posix.join(root, folder)),
        write: async (_, path, text) => writeInto(engine, posix.join(root, path), text),
      };
    }

    checkTarget(open);

    it('puts files there that the agent can read and not change, in folders of mode 0755', async () => {
      const { target, root } = open();
      await target.replace('one', await stagePlugin('greeter', { 'lib/run.sh': '#!/bin/sh\n', 'lib/a.js': 'a\n' }));
      const paths = ['lib', 'lib/run.sh', 'lib/a.js'].map((path) => `${root}/plugins/greeter/${path}`);
      expect(await engine.run('ws-one', ['stat', '-c', '%a %u', ...paths])).toBe('755 0\n755 0\n644 0\n');
    });

    it('keeps a plugin through a restart of its container', async () => {
      const { target, read } = open();
      await target.replace('one', await stagePlugin('greeter', FILES));
      const started = () => engine.run('ws-one', ['stat', '-c', '%Y', '/proc/1']);
      const before = await started();
      await target.restart?.('one');
      expect(await started()).not.toBe(before);
      expect(await read('one', 'plugins/greeter')).toEqual(FILES);
      expect((await target.list('one')).map(({ plugin }) => plugin)).toEqual(['greeter']);
    });

    it('finishes what a killed server left halfway', async () => {
      const { target, read, root } = open();
      await target.replace('one', await stagePlugin('greeter', FILES));
      const stage = `${root}/.agentmesh/stage/out.greeter.0123456789abcdef`;
      await engine.run('ws-one', ['mkdir', '-p', stage]);
      await engine.run('ws-one', ['mv', `${root}/.agentmesh/records/greeter.json`, `${stage}/old.json`]);
      expect(await target.list('one')).toEqual([]);
      expect(await read('one', 'plugins/greeter')).toBeUndefined();
    });

    it('keeps a plugin folder that an agent filled with links, and reads none of it', async () => {
      const { target, root } = open();
      await target.replace('one', await stagePlugin('greeter', FILES));
      await engine.run('ws-one', ['ln', '-s', '/etc', `${root}/plugins/greeter/etc`]);
      const { kept, keptIn } = await target.remove('one', 'greeter');
      expect(kept).toEqual([{ path: '.', reason: 'unreadable' }]);
      expect(await engine.run('ws-one', ['ls', `${root}/${keptIn}`])).toContain('etc');
    });

    it('takes a link in the place of a record for no record', async () => {
      const { target, root } = open();
      await target.replace('one', await stagePlugin('greeter', FILES));
      await engine.run('ws-one', ['ln', '-sf', '/etc/passwd', `${root}/.agentmesh/records/greeter.json`]);
      expect(await target.list('one')).toEqual([]);
    });

    it('is where the API installs to when the configuration names an engine', async () => {
      count += 1;
      const root = `/configs/${count}`;
      const engineArgs = [
        '--engine',
        `unix://${engine.socketPath}`,
        '--engine-container',
        'ws-{id}',
        '--engine-root',
        root,
      ];
      const app = await createTestApp({ args: engineArgs });
      writeFiles(join(app.dataDir, 'plugins/greeter'), pluginFiles('greeter'));
      const install = (workspace: string) =>
        app.request(`/workspaces/${workspace}/plugins`, {
          method: 'POST',
          body: JSON.stringify({ source: 'greeter' }),
          headers: { 'content-type': 'application/json' },
          token: app.admin,
        });
      expect(await (await install('one')).json()).toMatchObject({ plugin: 'greeter', restarted: true, warnings: [] });
      expect(await readFolder(engine, `${root}/plugins/greeter`)).toEqual(pluginFiles('greeter'));
      const archive = await app.request('/workspaces/one/plugins/greeter/download', { token: app.admin });
      expect(archive.status).toBe(200);
      const removed = await app.request('/workspaces/one/plugins/greeter', { method: 'DELETE', token: app.admin });
      expect(await removed.json()).toMatchObject({ status: 'uninstalled', kept: [], restarted: true });
      expect((await install('absent')).status).toBe(404);
      await engine.start('ws-halted');
      await engine.halt('ws-halted');
      const unavailable = await install('halted');
      expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '2']);
    });

    it('says that there is no container, and that one does not run', async () => {
      const { target } = open();
      await expect(target.list('absent')).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
      await engine.start('ws-stopped');
      await engine.halt('ws-stopped');
      await expect(target.list('stopped')).rejects.toMatchObject({ code: 'WORKSPACE_UNAVAILABLE' });
    });
  },
);

async function writeInto(engine: Engine, path: string, text: string): Promise<void> {
  const script = 'mkdir -p "$1"; printf %s "$3" > "$2"';
  await engine.run('ws-one', ['sh', '-c', script, 'sh', dirname(path), path, text]);
}

/** Each file between two marks that are in none. */
async function readFolder(engine: Engine, folder: string): Promise<Record<string, string> | undefined> {
  const script = `if [ -e "$1" ]; then echo there; find "$1" -type f | sort | while read -r f; do
    printf '\\001%s\\002' "$f"; cat "$f"; done; fi`;
  const said = await engine.run('ws-one', ['sh', '-c', script, 'sh', folder]);
  if (said === '') return undefined;
  const files = said.split('\u0001').slice(1);
  return Object.fromEntries(
    files.map((file) => {
      const [path = '', text = ''] = file.split('\u0002');
      return [path.slice(folder.length + 1), text];
    }),
  );
}
