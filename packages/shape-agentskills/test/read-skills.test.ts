import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createShape, readSkills, SKILL_LIMITS } from '@agentmesh/shape-agentskills';
import { createFolderContext, stagePlugin, writePluginFiles } from '@agentmesh/testkit';
import { describe, expect, it } from 'vitest';
import { createFolder, skillText, stageFiles } from './stage.js';

async function check(files: Parameters<typeof stageFiles>[0]) {
  const plugin = await stageFiles(files);
  const { skills } = await readSkills(plugin);
  const findings = await createShape().check(plugin);
  return { names: skills.map(({ name }) => name), findings: findings.map(({ code, path }) => `${code} ${path}`) };
}

describe('the skills of a plugin', () => {
  it('are the immediate children of skills', async () => {
    const files = {
      'skills/a/SKILL.md': skillText('a'),
      'skills/a/sub/SKILL.md': skillText('sub'),
      'skills/README.md': 'x',
      'other/b/SKILL.md': skillText('b'),
    };
    expect(await check(files)).toEqual({ names: ['a'], findings: [] });
  });

  it('are the one that the plugin itself is, under any name of its folder', async () => {
    const plugin = await stageFiles({ 'SKILL.md': skillText('notes'), 'references/a.md': 'x' });
    const target = await createFolder();
    const activation = await createShape().activate(plugin, createFolderContext({ targetDir: target, plugin }));
    expect(activation).toMatchObject({ written: [{ kind: 'skill', path: 'skills/notes' }], findings: [] });
  });

  it('are those of skills where both are there, and that is told', async () => {
    const files = { 'SKILL.md': skillText('root'), 'skills/a/SKILL.md': skillText('a') };
    expect(await check(files)).toEqual({ names: ['a'], findings: ['skill-root-ignored SKILL.md'] });
  });

  it('lose one alone where one is bad, each fault with its place', async () => {
    const files = {
      'skills/good/SKILL.md': skillText('good'),
      'skills/empty/README.md': 'x',
      'skills/other/SKILL.md': skillText('another'),
      'skills/large/SKILL.md': `${skillText('large')}${'x'.repeat(SKILL_LIMITS.fileBytes)}`,
    };
    expect(await check(files)).toEqual({
      names: ['good'],
      findings: [
        'skill-md-missing skills/empty',
        'skill-md-too-large skills/large/SKILL.md',
        'name-dir-mismatch skills/other/SKILL.md',
      ],
    });
  });

  it('of which two have the same name in NFKC are the first of them', async () => {
    const files = { 'skills/file/SKILL.md': skillText('file'), 'skills/ﬁle/SKILL.md': skillText('ﬁle') };
    expect(await check(files)).toEqual({ names: ['file'], findings: ['name-duplicate skills/ﬁle/SKILL.md'] });
  });

  it('are off where skills is a file', async () => {
    expect(await check({ skills: 'x' })).toEqual({ names: [], findings: ['skills-not-folder skills'] });
  });
});

describe.skipIf(process.platform === 'win32')('a link of a hostile plugin', () => {
  async function withLink(path: string) {
    const outside = await createFolder();
    await writePluginFiles(outside, { 'SKILL.md': skillText('linked'), 'a.md': 'x' });
    const root = await createFolder();
    await writePluginFiles(root, {
      'skills/good/SKILL.md': skillText('good'),
      'rules/good.md': 'x',
      'skills/linked/x': '',
    });
    await symlink(path.endsWith('.md') ? join(outside, 'SKILL.md') : outside, join(root, path));
    const plugin = await stagePlugin(root);
    const context = createFolderContext({ targetDir: await createFolder(), plugin });
    const { written, findings } = await createShape().activate(plugin, context);
    return [written.map(({ path: place }) => place), findings.map(({ code, path: place }) => `${code} ${place}`)];
  }

  it('as a skill costs that skill', async () => {
    const findings = ['skill-unsafe skills/evil', 'skill-md-missing skills/linked'];
    expect(await withLink('skills/evil')).toEqual([['skills/good', 'MEMORY.md'], findings]);
  });

  it('as a SKILL.md, or beside one, costs that skill', async () => {
    const whole = ['skills/good', 'MEMORY.md'];
    expect(await withLink('skills/linked/SKILL.md')).toEqual([whole, ['skill-md-unsafe skills/linked/SKILL.md']]);
    expect(await withLink('skills/linked/data')).toEqual([whole, ['skill-unsafe skills/linked/data']]);
    const spared = ['MEMORY.md'];
    const findings = ['skill-unsafe skills/good/data', 'skill-md-missing skills/linked'];
    expect(await withLink('skills/good/data')).toEqual([spared, findings]);
  });

  it('as a rule costs that rule', async () => {
    const findings = ['skill-md-missing skills/linked', 'rule-unsafe rules/evil.md'];
    expect(await withLink('rules/evil.md')).toEqual([['skills/good', 'MEMORY.md'], findings]);
  });

  it('as the folder of all skills turns skills off', async () => {
    const root = await createFolder();
    await symlink(await createFolder(), join(root, 'skills'));
    await writeFile(join(root, 'SKILL.md'), skillText('root'));
    const { findings } = await readSkills(await stagePlugin(root));
    expect(findings.map(({ code }) => code)).toContain('skills-unsafe');
  });
});

describe('the rules of a plugin', () => {
  it('are the texts in rules, none further in', async () => {
    const files = { 'rules/a.md': 'x', 'rules/sub/b.md': 'x', 'rules/c.txt': 'x', 'rules/blank.md': ' \n' };
    expect((await check(files)).findings).toEqual(['rule-empty rules/blank.md']);
  });

  it.each([
    ['is no UTF-8', new Uint8Array([0xff]), 'encoding-invalid'],
    ['runs backwards', 'a\n\u202eb', 'rule-hidden'],
    ['is larger than 64 KiB', 'x'.repeat(65_537), 'rule-too-large'],
  ])('lose the one that %s', async (_title, content, code) => {
    expect((await check({ 'rules/a.md': content, 'rules/b.md': 'x' })).findings).toEqual([`${code} rules/a.md`]);
  });
});
