import { readFile, writeFile } from 'node:fs/promises';
import { type DockerRegistry, startDockerRegistry } from '@agentmesh/test-support';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliWorkspace, openWorkspace } from './support/workspace.js';

const VALIDATOR = 'response-length-validator';
const env = { AGENTMESH_ALLOW_PRIVATE_HOSTS: '127.0.0.1' };

let registry: DockerRegistry;
let cli: CliWorkspace;
beforeAll(async () => {
  registry = await startDockerRegistry();
});
afterAll(() => registry?.close());
beforeEach(async () => {
  cli = await openWorkspace();
  await cli.example(VALIDATOR);
});
afterEach(() => cli.close());

const push = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await cli.run(['plugin', 'push', ...args, '--json'], { env });
  return { status, data: JSON.parse(stdout), stderr };
};

describe('plugin push', () => {
  it('pushes a signed plugin under its version, which installs from the digest that is printed', async () => {
    await cli.run(['plugin', 'sign', VALIDATOR]);
    const { status, data } = await push(`oci://${registry.host}/alice/validator`, VALIDATOR);
    expect(status).toBe(0);
    expect(data).toEqual({
      ...{ name: VALIDATOR, version: '1.0.0', tag: '1.0.0', uploaded: true, size: expect.any(Number) },
      content_digest: expect.stringMatching(/^h1:/),
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      source: `oci://${registry.host}/alice/validator@${data.digest}`,
    });

    const installed = await cli.run(['plugin', 'install', data.source, '--json'], { env });
    expect(installed.status).toBe(0);
    const lock = await readFile(cli.path('agentmesh.lock'), 'utf8');
    expect(lock).toContain(data.source);
    expect(lock).toContain(data.content_digest);
    expect((await cli.run(['plugin', 'verify', VALIDATOR], { env })).status).toBe(0);
  });

  it('says in words what it did, and that an archive was there already', async () => {
    await cli.run(['plugin', 'sign', VALIDATOR]);
    const to = `oci://${registry.host}/alice/words:edge`;
    const first = await cli.run(['plugin', 'push', to, VALIDATOR], { env });
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(
      /^Pushed response-length-validator 1\.0\.0 \([0-9.]+ K?i?B\)\n {2}tag {5}edge\n {2}pinned {2}oci:\/\/127\.0\.0\.1:\d+\/alice\/words@sha256:[0-9a-f]{64}$/,
    );
    const second = await cli.run(['plugin', 'push', to, VALIDATOR], { env });
    expect(second.stdout).toContain('was there already');
  });

  it('refuses a plugin that is not signed, and does not touch it', async () => {
    const before = await readFile(cli.path(VALIDATOR, 'agent-plugin.yaml'), 'utf8');
    const { status, data } = await push(`oci://${registry.host}/alice/unsigned`, VALIDATOR);
    expect(status).toBe(4);
    expect(data.error).toMatchObject({ code: 'SIGNATURE_MISSING', hint: expect.stringContaining('plugin sign') });
    expect(await readFile(cli.path(VALIDATOR, 'agent-plugin.yaml'), 'utf8')).toBe(before);
  });

  it('refuses a plugin that was changed after it was signed', async () => {
    await cli.run(['plugin', 'sign', VALIDATOR]);
    await writeFile(cli.path(VALIDATOR, 'extra.js'), '1');
    const { status, data } = await push(`oci://${registry.host}/alice/changed`, VALIDATOR);
    expect(status).toBe(4);
    expect(data.error.code).toBe('DIGEST_MISMATCH');
  });

  it.each([
    ['another scheme', 'github://alice/greeter', 2, 'SOURCE_SYNTAX'],
    ['no registry', 'oci://alice/greeter', 2, 'SOURCE_SYNTAX'],
    ['a digest', `oci://ghcr.io/alice/greeter@sha256:${'0'.repeat(64)}`, 2, 'SOURCE_SYNTAX'],
    ['a registry that is not allowed', 'oci://10.0.0.1/alice/greeter', 8, 'FETCH_FAILED'],
  ])('refuses %s', async (_, to, exit, code) => {
    await cli.run(['plugin', 'sign', VALIDATOR]);
    const { status, data } = await push(to, VALIDATOR);
    expect(data.error.code).toBe(code);
    expect(status).toBe(exit);
  });

  it('shows how it is used', async () => {
    const { stdout } = await cli.run(['plugin', 'push', '--help']);
    expect(stdout).toContain('plugin push oci://ghcr.io/alice/greeter');
  });
});
