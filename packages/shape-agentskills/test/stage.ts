import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StagedPlugin } from '@agentmesh/shape';
import { type PluginFiles, stagePlugin, writePluginFiles } from '@agentmesh/testkit';
import { onTestFinished } from 'vitest';

/** A folder that goes away with the test. */
export async function createFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'agentskills-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A plugin of these files in a folder of its own. */
export async function stageFiles(files: PluginFiles): Promise<StagedPlugin> {
  const root = await createFolder();
  await writePluginFiles(root, files);
  return stagePlugin(root);
}

/** A good `SKILL.md`. */
export function skillText(name: string, more = ''): string {
  return `---\nname: ${name}\ndescription: Turns notes into a list.\n${more}---\nDo it step by step.\n`;
}
