import { realpath } from 'node:fs/promises';
import { stagePlugin } from '@agentmesh/activation';
import { listTree } from '@agentmesh/artifact';
import { createManifest } from '@agentmesh/manifest';
import { ShapeRegistry, type StagedPlugin } from '@agentmesh/shape';
import { createShape as createSkills } from '@agentmesh/shape-agentskills';
import { createShape as createSubagents } from '@agentmesh/shape-deepagents';
import { createShape as createServers } from '@agentmesh/shape-mcp';

/** What the command has. */
export function testShapes(): ShapeRegistry {
  return new ShapeRegistry()
    .register(createSkills())
    .register(createServers({ launcher: { command: '/usr/bin/agentmesh', args: ['plugin', 'mcp', 'start'] } }))
    .register(createSubagents());
}

/** Reads it as a host does that trusts its own folders. */
export async function readPlugin(name: string, dir: string): Promise<StagedPlugin> {
  const tree = await listTree(await realpath(dir));
  const manifest = createManifest({
    ...{ name, version: '1.0.0', description: 'A plugin of a test', author: 'Ada', plugin_type: 'integration' },
  });
  return stagePlugin({ root: dir, manifest, tree });
}
