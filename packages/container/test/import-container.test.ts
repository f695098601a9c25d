import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestTree } from '@agentmesh/artifact';
import { importContainer, readContainer } from '@agentmesh/container';
import { loadManifest } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { agentPlugin, createFolder, faultOf, readFolder } from './folders.js';

describe('an import', () => {
  it.each([
    ['plugin.json', agentPlugin()],
    ['.claude-plugin/plugin.json', '{"name": "demo", "version": "1.0.0"}'],
    ['plugin.yaml', 'name: demo\nversion: 1.0.0\n'],
    ['SKILL.md', '---\nname: demo\ndescription: x\nmetadata:\n  version: "1.0.0"\n---\n'],
  ])('writes an agent-plugin.yaml beside %s and touches nothing else', async (path, text) => {
    const dir = await createFolder({ [path]: text, 'data/x.bin': 'x' });
    const [before, digest, made] = [await readFolder(dir), await digestTree(dir), await readContainer(dir)];
    const manifest = await importContainer(dir);
    const { 'agent-plugin.yaml': overlay, ...others } = await readFolder(dir);
    expect(others).toEqual(before);
    expect(overlay).toContain('name:');
    expect(await digestTree(dir)).toBe(digest);
    expect(manifest).toEqual(made.manifest);
    expect(await readContainer(dir)).toMatchObject({ kind: 'agentmesh', foreign: false, manifest });
  });

  it('takes what the caller says in place of what the container says', async () => {
    const dir = await createFolder({ 'SKILL.md': '---\nname: ノート\ndescription: x\n---\n' });
    const changes = { author: 'me@example.org', version: '3.1.0', permissions: { net: ['example.org:443'] } };
    await importContainer(dir, { fallbackName: 'notes', changes });
    expect(await loadManifest(dir)).toMatchObject({ name: 'notes', ...changes });
  });

  it('makes the version of a revision', async () => {
    const dir = await createFolder({ 'plugin.json': agentPlugin({ version: undefined }) });
    expect((await importContainer(dir, { revision: '00000000000c0000' })).version).toBe('0.0.12');
  });

  it('refuses where a manifest is there already, be it broken or a link', async () => {
    const dir = await createFolder({ 'plugin.json': agentPlugin(), 'agent-plugin.yaml': 'broken' });
    expect(await faultOf(importContainer(dir))).toMatchObject({ code: 'MANIFEST_EXISTS' });
    const second = await createFolder({ 'plugin.json': agentPlugin() });
    await symlink(join(dir, 'not-there'), join(second, 'agent-plugin.yaml'));
    expect(await faultOf(importContainer(second))).toMatchObject({ code: 'MANIFEST_EXISTS' });
    expect((await readFolder(dir))['agent-plugin.yaml']).toBe('broken');
  });

  it('of two at a time writes once', async () => {
    const dir = await createFolder({ 'plugin.json': agentPlugin() });
    const outcomes = await Promise.allSettled([importContainer(dir), importContainer(dir)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('writes nothing that could not be published', async () => {
    const dir = await createFolder({ 'plugin.json': agentPlugin() });
    const work = importContainer(dir, { changes: { author: 'a\u202eb' } });
    expect(await faultOf(work)).toEqual({ code: 'MANIFEST_INVALID', findings: ['text-bidi'] });
    await writeFile(join(dir, 'plugin.json'), agentPlugin({ name: 'A' }));
    expect(await faultOf(importContainer(dir))).toMatchObject({ code: 'MANIFEST_INVALID' });
    expect(Object.keys(await readFolder(dir))).toEqual(['plugin.json']);
  });
});
