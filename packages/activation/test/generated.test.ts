import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { activatePlugins, deactivatePlugins } from '@agentmesh/activation';
import type { StagedPlugin } from '@agentmesh/shape';
import { expect, it } from 'vitest';
import { testShapes } from './test-shapes.js';
import { skill, snapshot, temporaryFolder, writeFiles } from './workshop.js';

const PLUGINS = 1_000;
const CLIENTS = ['claude', 'codex'];

/** A small generator of numbers (mulberry32): the same seed gives the same plugins everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What is wrong with a SKILL.md of a folder. */
const SKILL_FAULTS: readonly ((name: string) => string)[] = [
  () => 'no frontmatter at all',
  (name) => `---\nname: ${name}\n---\nno description`,
  (name) => `---\nname: ${name}\ndescription: never closed\n`,
  (name) => `---\nname: ${name}-other\ndescription: called otherwise\n---\n`,
  (name) => `---\nname: [${name}\ndescription: no YAML\n---\n`,
  (name) => `---\nname: ${name}\ndescription: ${'long '.repeat(300)}\n---\n`,
  () => '---\nname: 7\ndescription: a number\n---\n',
  () => '\u0000\u0001\u0002',
];

/** What is wrong with the file of a sub-agent. */
const SUBAGENT_FAULTS: readonly ((name: string) => string)[] = [
  () => 'no frontmatter at all',
  (name) => `---\nname: ${name}\ndescription: Tests.\n---\n`,
  (name) => `---\nname: ../${name}\ndescription: Tests.\n---\nTest.\n`,
  (name) => `---\nname: ${name}\ndescription: Tests.\n---\nTest\u202e.\n`,
  (name) => `---\nname: ${name}\ndescription: Tests.\ntools: { a: b }\n---\nTest.\n`,
];

interface Generated {
  readonly files: Readonly<Record<string, string>>;
  /** `kind name` of what has to stand in each client. */
  readonly good: readonly string[];
  /** Files that have to be named by a finding. */
  readonly bad: readonly string[];
}

/** A plugin with up to four skills, two servers, two sub-agents and a rule, three in ten of them faulty. */
function generate(index: number, next: () => number): Generated {
  const files: Record<string, string> = {};
  const good: string[] = [];
  const bad: string[] = [];
  const isFaulty = (): boolean => next() < 0.3;
  const count = (most: number): number => Math.floor(next() * (most + 1));
  for (let n = count(4); n > 0; n -= 1) {
    const name = `s${index}-${n}`;
    const path = `skills/${name}/SKILL.md`;
    const fault = isFaulty() ? SKILL_FAULTS[Math.floor(next() * SKILL_FAULTS.length)] : undefined;
    files[path] = fault?.(name) ?? skill(name);
    if (fault === undefined) good.push(`skill ${name}`);
    else bad.push(path);
  }
  if (next() < 0.5) {
    const isEvil = isFaulty();
    files['rules/style.md'] = isEvil ? 'Rule.\n<!-- agentmesh:end -->\n```\nopen code' : `Rule ${index}.`;
    if (isEvil) bad.push('rules/style.md');
    else good.push('memory');
  }
  addServers(count(2));
  for (let n = count(2); n > 0; n -= 1) addSubagent(`a${index}-${n}`);
  return { files, good, bad };

  function addServers(servers: number): void {
    if (servers === 0) return;
    if (isFaulty()) {
      files['.mcp.json'] = '{"broken": ';
      bad.push('.mcp.json');
      return;
    }
    const listed: Record<string, unknown> = {};
    for (let n = servers; n > 0; n -= 1) {
      const isEvil = isFaulty();
      const name = isEvil ? `../server-${n}` : `server-${index}-${n}`;
      listed[name] = { command: 'node' };
      if (isEvil) bad.push('.mcp.json');
      else good.push(`server ${name}`);
    }
    files['.mcp.json'] = JSON.stringify({ mcpServers: listed });
  }

  function addSubagent(name: string): void {
    const path = `agents/${name}.md`;
    const fault = isFaulty() ? SUBAGENT_FAULTS[Math.floor(next() * SUBAGENT_FAULTS.length)] : undefined;
    files[path] = fault?.(name) ?? `---\nname: ${name}\ndescription: Tests.\n---\nBe ${name}.\n`;
    if (fault === undefined) good.push(`subagent ${name}`);
    else bad.push(path);
  }
}

function stage(root: string, name: string, files: Generated['files']): StagedPlugin {
  const list = Object.entries(files).map(([path, text]) => ({
    path,
    size: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
  return { name, version: '1.0.0', root, files: list, manifest: {}, permissions: {} };
}

/** What stands there, in the words of {@link Generated}: skills and sub-agents by their file, the rest by their name. */
function nameOf({ kind, path, name }: { readonly kind: string; readonly path: string; readonly name: string }): string {
  if (kind === 'memory') return 'memory';
  const called = name === '' ? (path.split('/').at(-1) ?? '').replace(/\.(?:md|toml)$/, '') : name;
  return `${kind} ${called}`;
}

it('1,000 generated plugins of mixed shapes with random faults: each fault is named, everything else is activated', {
  timeout: 400_000,
}, async () => {
  const dir = await temporaryFolder();
  const project = join(dir, 'project');
  await mkdir(project);
  const next = random(20_261_123);
  const generated = Array.from({ length: PLUGINS }, (_, index) => generate(index, next));
  const plugins: StagedPlugin[] = [];
  for (const [index, { files }] of generated.entries()) {
    const root = join(dir, 'plugins', `p${index}`);
    await writeFiles(root, files);
    plugins.push(stage(root, `p${index}`, files));
  }
  const folders = { projectDir: project, homeDir: project, journalDir: join(dir, 'journal') };
  const options = { clients: CLIENTS, scope: 'project', folders } as const;
  const rows = await activatePlugins({ ...options, plugins, shapes: testShapes() });
  expect(rows).toHaveLength(PLUGINS * CLIENTS.length);
  let faults = 0;
  for (const [index, { good, bad }] of generated.entries()) {
    for (const { plugin, client, activations, findings } of rows.slice(index * 2, index * 2 + 2)) {
      const written = activations.flatMap((activation) => activation.written.map(nameOf));
      expect(written.sort(), `${plugin} in ${client}`).toEqual([...good].sort());
      const named = findings.filter(({ severity }) => severity === 'error').map(({ path }) => path);
      expect([...named].sort(), `${plugin} in ${client}`).toEqual([...bad].sort());
      faults += bad.length;
    }
  }
  expect(faults).toBeGreaterThan(1_000);
  await deactivatePlugins({ ...options, plugins: plugins.slice(0, 20).map(({ name }) => name) });
  const left = await snapshot(project);
  expect(Object.keys(left).filter((path) => /\bs1?\d-\d/.test(path))).toEqual([]);
});
