import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InstallContext, ShapeAdapter, StagedPlugin, WrittenItem } from '@agentmesh/shape';
import { listFolder } from '../resolver/list-folder.js';
import { createFolderContext, type FolderContextOptions } from './folder-context.js';
import type { KnownPlugin, ShapeContract } from './shape-contract.js';
import { stagePlugin, writePluginFiles } from './stage-plugin.js';

/** A plugin and a client in folders of their own. */
export interface ShapeTrial {
  readonly adapter: ShapeAdapter;
  readonly plugin: StagedPlugin;
  /** The client's folder; it has a file of the user and a memory file already. */
  readonly client: string;
  /** Everything in the client's folder. */
  readonly look: () => Promise<readonly object[]>;
  /** Everything in the plugin's folder, and beside both. */
  readonly lookElsewhere: () => Promise<readonly object[]>;
  readonly open: (options?: Pick<FolderContextOptions, 'refuses'>) => RecordingContext;
  /** Puts other files in the place of the plugin's, as an upgrade does, and lists them. */
  readonly replace: (plugin: Pick<KnownPlugin, 'files' | 'fields'>) => Promise<StagedPlugin>;
}

/** A context that also remembers what it was asked for. */
interface RecordingContext extends InstallContext {
  /** As `kind name`, in order; refused ones included. */
  readonly asked: readonly string[];
  readonly written: readonly WrittenItem[];
}

/** Runs work with a plugin of these files. All folders are gone afterwards. */
export async function withTrial(
  contract: ShapeContract,
  { files, fields }: Pick<KnownPlugin, 'files' | 'fields'>,
  work: (trial: ShapeTrial) => Promise<void>,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'agentmesh-shape-'));
  const [root, client] = [join(scratch, 'plugin'), join(scratch, 'client')];
  try {
    await writePluginFiles(root, files);
    await writePluginFiles(client, { 'notes.txt': 'mine\n', 'MEMORY.md': '# Mine\n\nKeep this.\n' });
    const plugin = await stagePlugin(root, fields);
    await work({
      adapter: await contract.createShape(),
      plugin,
      client,
      look: () => listFolder(client),
      lookElsewhere: async () => (await listFolder(scratch)).filter(({ path }) => !/^client[\\/]/.test(path)),
      open: (options) => record(createFolderContext({ targetDir: client, plugin, ...options })),
      async replace(next) {
        await rm(root, { recursive: true });
        await mkdir(root);
        await writePluginFiles(root, next.files);
        return stagePlugin(root, next.fields);
      },
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function record(context: InstallContext): RecordingContext {
  const asked: string[] = [];
  const written: WrittenItem[] = [];
  const note = async (what: string, register: () => Promise<WrittenItem>): Promise<WrittenItem> => {
    asked.push(what);
    const item = await register();
    written.push(item);
    return item;
  };
  return {
    ...context,
    asked,
    written,
    registerSkill: (skill) => note(`skill ${skill.name}`, () => context.registerSkill(skill)),
    registerMcpServer: (server) => note(`server ${server.name}`, () => context.registerMcpServer(server)),
    registerSubagent: (agent) => note(`subagent ${agent.name}`, () => context.registerSubagent(agent)),
    registerGraph: (graph) => note(`graph ${graph.name}`, () => context.registerGraph(graph)),
    appendMemory: (block) => note(`memory ${block.from}`, () => context.appendMemory(block)),
  };
}
