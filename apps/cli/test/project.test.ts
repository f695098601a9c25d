import { cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PluginRegistry } from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

const VALIDATOR = 'response-length-validator';
const PACK = 'response-policy-pack';
const FILES = ['agentmesh.yaml', 'agentmesh.lock', 'agentmesh.permissions.yaml'];

const signer = PluginSigner.generate();
let cli: CliWorkspace;
let others: CliWorkspace[];
beforeEach(async () => {
  cli = await openWorkspace();
  others = [];
});
afterEach(async () => {
  for (const one of [cli, ...others]) await one.close();
});

async function publish(name: string, changes: Record<string, string> = {}): Promise<void> {
  await publishFolder(cli, await cli.example(name, changes));
}

/** Without a process of its own for each: what publishing does is tested elsewhere. */
async function publishFolder(where: CliWorkspace, folder: string): Promise<void> {
  const registry = await PluginRegistry.open({ storagePath: where.path('.agentmesh/registry.json') });
  await signPlugin(folder, signer);
  await registry.publish(folder, { publicKey: signer.publicKey });
}

/** Publishes a plugin that answers with a variable of the environment, and says that it wants it. */
async function publishGreeter(version: string, permissions: object): Promise<void> {
  await mkdir(cli.path('greeter'), { recursive: true });
  const fields = {
    name: 'greeter',
    version,
    description: 'Says hello',
    author: 'alice@example.com',
    plugin_type: 'integration',
    permissions,
  };
  await writeFile(cli.path('greeter/agent-plugin.yaml'), JSON.stringify(fields));
  await writeFile(
    cli.path('greeter/greeter.js'),
    `export const greet = () => process.env.GREETING ?? 'nothing';\n// ${version}\n`,
  );
  await publishFolder(cli, cli.path('greeter'));
}

/** Another machine with a clone of the project: its committed files, and the registry that both can reach. */
async function clone(): Promise<CliWorkspace> {
  const other = await openWorkspace();
  others.push(other);
  for (const file of FILES) await cp(cli.path(file), other.path(file)).catch(() => undefined);
  await mkdir(other.path('.agentmesh'));
  for (const part of ['registry.json', 'registry']) {
    await cp(cli.path('.agentmesh', part), other.path('.agentmesh', part), { recursive: true });
  }
  return other;
}

describe('a project', () => {
  it('restores on another machine what its lock says, also when nothing may be selected', async () => {
    await publish(VALIDATOR);
    await publish(PACK);
    const { status, stdout } = await cli.run(['plugin', 'install', PACK]);
    expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining(`installed ${PACK} 1.0.0`) });
    await publish(VALIDATOR, { version: '1.1.0' });
    const other = await clone();
    const frozen = await other.json(['plugin', 'install', '--frozen']);
    expect(frozen).toMatchObject({
      status: 0,
      data: {
        dry_run: false,
        changed: true,
        installed: [
          { name: VALIDATOR, version: '1.0.0', change: 'installed', from: null, engine: 'quickjs', key_id: null },
          { name: PACK, version: '1.0.0', bytes: expect.any(Number), permissions: {}, permissions_added: [] },
        ],
        removed: [],
        refused: [],
      },
    });
    expect(await readFile(other.path('agentmesh.lock'), 'utf8')).toBe(
      await readFile(cli.path('agentmesh.lock'), 'utf8'),
    );
    await other.run(['plugin', 'verify']);
    const again = await other.run(['plugin', 'install', '--frozen']);
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(again.stdout).toBe('Everything is installed as agentmesh.lock says');
    expect(await other.json(['plugin', 'install', '--frozen'])).toMatchObject({ data: { changed: false } });
    await writeFile(other.path('agentmesh.yaml'), `plugins:\n  ${PACK}: ">=2.0.0"\n`);
    expect(await other.json(['plugin', 'install', '--frozen'])).toMatchObject({
      status: 6,
      data: { error: { code: 'LOCK_OUTDATED' } },
    });
    expect((await other.run(['doctor'])).stdout).toMatch(/✗ project\s+agentmesh.yaml asks for/);
  });

  it('tells what is newer, why something is there and what needs what, and updates', async () => {
    await publish(VALIDATOR);
    await publish(PACK);
    await cli.run(['plugin', 'install', PACK]);
    await publish(VALIDATOR, { version: '1.1.0' });
    expect(await cli.json(['plugin', 'outdated'])).toMatchObject({
      data: { outdated: [{ name: VALIDATOR, current: '1.0.0', wanted: '1.1.0', latest: '1.1.0', requested: false }] },
    });
    expect((await cli.run(['plugin', 'outdated'])).stdout).toMatch(/NAME\s+CURRENT\s+WANTED\s+LATEST/);
    expect((await cli.run(['plugin', 'why', VALIDATOR])).stdout).toBe(
      `${VALIDATOR} 1.0.0 is there for others\n  ${PACK} 1.0.0 → ${VALIDATOR} 1.0.0 (>=1.0.0,<2.0.0)`,
    );
    expect((await cli.run(['plugin', 'tree'])).stdout).toBe(`${PACK} 1.0.0\n└─ ${VALIDATOR} 1.0.0 (>=1.0.0,<2.0.0)`);
    const dry = await cli.run(['plugin', 'update', '--dry-run']);
    expect(dry.stdout).toMatch(new RegExp(`update\\s+${VALIDATOR}\\s+1.0.0 → 1.1.0`));
    const { stdout } = await cli.run(['plugin', 'update']);
    expect(stdout).toContain(`updated   ${VALIDATOR} 1.0.0 → 1.1.0 (quickjs)`);
    expect(stdout).toContain(`kept      ${PACK} 1.0.0`);
    expect((await cli.run(['plugin', 'outdated'])).stdout).toBe('Everything is the newest there is');
  });

  it('goes back, prunes, sweeps and repairs', async () => {
    await publish(VALIDATOR);
    await publish(PACK);
    await cli.run(['plugin', 'install', PACK]);
    await cli.run(['plugin', 'uninstall', PACK]);
    expect((await cli.run(['plugin', 'why', VALIDATOR])).stdout).toContain('nobody needs it any more');
    expect((await cli.run(['plugin', 'prune', '--dry-run'])).stdout).toBe(`Would remove ${VALIDATOR} 1.0.0`);
    expect(await cli.json(['plugin', 'prune'])).toMatchObject({ data: { removed: [{ name: VALIDATOR }] } });
    expect((await cli.run(['plugin', 'history'])).stdout).toMatch(/\* 3 .* prune\s+removed response-length-validator/);
    const back = await cli.run(['plugin', 'rollback', '1']);
    expect(back.stdout).toContain('Back to 1, now as 4');
    expect(await readFile(cli.path('agentmesh.yaml'), 'utf8')).toContain(`${PACK}: ">=1.0.0,<2.0.0"`);
    expect(await cli.json(['plugin', 'rollback', '99'])).toMatchObject({
      status: 3,
      data: { error: { code: 'GENERATION_NOT_FOUND' } },
    });
    const file = await realpath(cli.path('.agentmesh/plugins', VALIDATOR, 'response_length_validator.js'));
    await writeFile(file, 'evil');
    const repaired = await cli.run(['plugin', 'install', '--repair']);
    expect(repaired.stdout).toContain(
      `${VALIDATOR} 1.0.0 healed from the store\n  response_length_validator.js: changed`,
    );
    expect(await cli.json(['plugin', 'install', '--repair'])).toMatchObject({ data: { repaired: [] } });
    expect(await cli.json(['plugin', 'gc', '--keep', '1'])).toMatchObject({ data: { generations: 4, grants: 0 } });
  });

  it('goes through a bundle onto a machine without a registry', async () => {
    await publish(VALIDATOR);
    await publish(PACK);
    await cli.run(['plugin', 'install', PACK]);
    const { data } = await cli.json(['plugin', 'bundle', 'create', '-o', 'all.bundle']);
    expect(data).toMatchObject({ plugins: [VALIDATOR, PACK], integrity: expect.stringMatching(/^sha512-/) });
    const bare = await openWorkspace();
    others.push(bare);
    await cp(cli.path('all.bundle'), bare.path('all.bundle'));
    const installed = await bare.run(['plugin', 'install', '--from-bundle', 'all.bundle']);
    expect(installed).toMatchObject({ status: 0 });
    expect(await readFile(bare.path('agentmesh.lock'), 'utf8')).toBe(
      await readFile(cli.path('agentmesh.lock'), 'utf8'),
    );
    expect((await bare.run(['plugin', 'verify'])).stdout).toMatch(new RegExp(`${PACK}\\s+1.0.0\\s+unverified`));
  });

  it('installs offline, with every connection refused', async () => {
    await publish(VALIDATOR);
    await cli.run(['plugin', 'install', VALIDATOR]);
    const other = await clone();
    const hook = other.path('no-network.mjs');
    await writeFile(
      hook,
      `import { Socket } from 'node:net';\nSocket.prototype.connect = () => { throw new Error('the network was used'); };\n`,
    );
    const env = { NODE_OPTIONS: `--import ${pathToFileURL(hook)}` };
    const { status, stderr } = await other.run(['plugin', 'install', '--frozen', '--offline'], { env });
    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.not.stringContaining('network') });
  });
});

describe('permissions', () => {
  const ENV = { GREETING: 'hello' };

  it('are refused where nobody can be asked, and given to the plugin once they are granted', async () => {
    await publishGreeter('1.0.0', { env: ['GREETING'] });
    for (const flags of [[], ['--yes']]) {
      expect(await cli.json(['plugin', 'install', 'greeter', ...flags])).toMatchObject({
        status: 5,
        data: { error: { code: 'PERMISSIONS_WIDENED', hint: expect.stringContaining('--allow-permissions') } },
      });
    }
    expect(await cli.json(['plugin', 'install', 'greeter', '--allow-permissions'])).toMatchObject({
      status: 0,
      data: { installed: [{ permissions: { env: ['GREETING'] }, permissions_added: ['env GREETING'] }] },
    });
    const { stdout } = await cli.run(['plugin', 'run', 'greeter', 'greet'], { env: ENV });
    expect(JSON.parse(stdout)).toEqual({ result: 'hello' });
  });

  it('are asked about at a terminal, with what an update adds', async () => {
    await publishGreeter('1.0.0', { env: ['GREETING'] });
    const question = 'Grant what is new of this?';
    const no = await cli.terminal(['plugin', 'install', 'greeter'], [[question, 'n\n']]);
    expect(no).toMatchObject({ status: 5, shown: expect.stringContaining('+ env GREETING') });
    expect(await cli.terminal(['plugin', 'install', 'greeter'], [[question, 'y\n']])).toMatchObject({ status: 0 });
    await publishGreeter('1.1.0', { env: ['GREETING', 'API_KEY'] });
    const widened = await cli.terminal(['plugin', 'install', 'greeter', '--yes']);
    expect(widened.status).toBe(0);
    expect(widened.shown).toMatch(/ {4}env GREETING\r\n.*\+ env API_KEY/);
    expect(widened.shown).not.toContain(question);
  });

  it('that a cloned project grants have to be accepted on each machine, once', async () => {
    await publishGreeter('1.0.0', { env: ['GREETING'] });
    await cli.run(['plugin', 'install', 'greeter', '--allow-permissions']);
    const other = await clone();
    expect(await other.json(['plugin', 'install', '--frozen'])).toMatchObject({ status: 5 });
    await other.run(['plugin', 'install', '--frozen', '--allow-permissions']);
    const { stdout } = await other.run(['plugin', 'run', 'greeter', 'greet'], { env: ENV });
    expect(JSON.parse(stdout)).toEqual({ result: 'hello' });
    const text = await readFile(other.path('agentmesh.permissions.yaml'), 'utf8');
    await writeFile(other.path('agentmesh.permissions.yaml'), text.replace('GREETING', 'PATH'));
    const changed = await other.run(['plugin', 'run', 'greeter', 'greet'], { env: ENV });
    expect(JSON.parse(changed.stdout)).toEqual({ result: 'nothing' });
  });
});

describe('the command line of installs', () => {
  it.each([
    [['plugin', 'install', '--frozen', 'x']],
    [['plugin', 'install', '--repair', 'x', 'y']],
    [['plugin', 'install', '--repair', '--from-bundle', 'x']],
    [['plugin', 'install', '--from-bundle', 'x', 'y']],
    [['plugin', 'install', 'x', 'y', '--version', '1.0.0']],
    [['plugin', 'rollback', 'x']],
    [['plugin', 'gc', '--keep', '0']],
  ])('%j is no call', async (args) => {
    expect(await cli.json(args)).toMatchObject({ status: 2, data: { error: { code: 'USAGE' } } });
  });

  it('refuses a downgrade and a version that changed, each with its flag', async () => {
    await publish(VALIDATOR);
    await publish(VALIDATOR, { version: '1.1.0' });
    await cli.run(['plugin', 'install', VALIDATOR]);
    const back = ['plugin', 'install', `${VALIDATOR}@1.0.0`];
    expect(await cli.json(back)).toMatchObject({ status: 5, data: { error: { code: 'DOWNGRADE_REFUSED' } } });
    expect(await cli.json([...back, '--allow-downgrade'])).toMatchObject({
      status: 0,
      data: { installed: [{ change: 'downgraded' }] },
    });
    const foreign = await openWorkspace();
    others.push(foreign);
    await foreign.example(VALIDATOR);
    await writeFile(join(foreign.project, VALIDATOR, 'more.js'), 'export {};\n');
    await publishFolder(foreign, foreign.path(VALIDATOR));
    const registry = ['--registry', foreign.path('.agentmesh/registry.json')];
    expect(await cli.json([...back, ...registry])).toMatchObject({
      status: 4,
      data: { error: { code: 'VERSION_RETAGGED', hint: expect.stringContaining('--allow-retag') } },
    });
    expect(await cli.json([...back, ...registry, '--allow-retag'])).toMatchObject({
      data: { installed: [{ change: 'replaced' }] },
    });
  });

  it('shows a plain line for each plugin where there is no terminal, and lines that move where there is', async () => {
    await publish(VALIDATOR);
    await publish(PACK);
    const plain = await cli.run(['plugin', 'install', PACK]);
    expect(plain.stderr).toContain(`fetching ${PACK}\n`);
    expect(plain.stderr).toContain(`✓ ${VALIDATOR} 1.0.0\n`);
    expect(plain.stderr).toMatch(/PLAN\s+NAME\s+VERSION\s+SIZE\s+SIGNED BY\s+SOURCE\ninstall/);
    expect(plain.stderr).not.toContain('\u001b[');
    const again = await cli.terminal(['plugin', 'install', PACK]);
    expect(again.shown).toContain(`✓`);
    expect(again.shown).toContain('\u001b[0J');
  });

  it('refuses a hostile agentmesh.yaml in every command, soon', async () => {
    await writeFile(cli.path('agentmesh.yaml'), `registry: x\n${'a: &a [*a,*a]\n'.repeat(5_000)}`);
    const begun = performance.now();
    expect(await cli.json(['plugin', 'list'])).toMatchObject({
      status: 2,
      data: { error: { code: 'SETTINGS_INVALID' } },
    });
    expect(performance.now() - begun).toBeLessThan(10_000);
    await writeFile(cli.path('agentmesh.yaml'), 'plugins:\n  ../x: "*"\n');
    expect(await cli.json(['plugin', 'install', 'x'])).toMatchObject({
      status: 2,
      data: { error: { code: 'PROJECT_INVALID' } },
    });
  });
});
