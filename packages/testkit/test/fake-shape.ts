import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '@agentmesh/errors';
import { readPluginFile, registerEach, type ShapeAdapter, type StagedPlugin, takeBack } from '@agentmesh/shape';
import type { ShapeContract } from '@agentmesh/testkit';

/** A shape of one file each: `notes/NAME.md` becomes a block of memory, `agents/NAME.json` a sub-agent. */
export interface FakeShapeOptions {
  /** How it reads a file; the right way when left out. */
  readonly read?: (plugin: StagedPlugin, path: string) => Promise<Uint8Array>;
  /** How it takes JSON apart. */
  readonly parse?: (text: string) => unknown;
}

interface Read {
  readonly path: string;
  readonly text: string;
}

const FILE = /^(?:notes\/[^/]+\.md|agents\/[^/]+\.json)$/;

/** Reads past everything that keeps a file what it was. */
export async function readCarelessly(plugin: StagedPlugin, path: string): Promise<Uint8Array> {
  return readFile(join(plugin.root, path));
}

/** A shape that keeps the contract, unless an option or an override of a method breaks it. */
export function createFakeShape({ read = readPluginFile, parse = parseOrFault }: FakeShapeOptions = {}): ShapeAdapter {
  const readAll = async (plugin: StagedPlugin): Promise<{ good: Read[]; findings: Finding[] }> => {
    const [good, findings]: [Read[], Finding[]] = [[], []];
    for (const { path } of plugin.files.filter((file) => FILE.test(file.path))) {
      const text = await read(plugin, path).then(
        (bytes) => Buffer.from(bytes).toString(),
        () => undefined,
      );
      const isGood = text !== undefined && (path.endsWith('.md') ? text !== '' : nameOf(parse(text)) !== undefined);
      if (isGood) good.push({ path, text });
      else findings.push({ code: 'file-bad', severity: 'error', path, message: 'expected something else' });
    }
    return { good, findings };
  };
  return {
    shape: 'fake',
    detect: async ({ files }) => files.some(({ path }) => FILE.test(path)),
    check: async (plugin) => (await readAll(plugin)).findings,
    async activate(plugin, context) {
      const { good, findings } = await readAll(plugin);
      const steps = good.map(({ path, text }) => ({
        path,
        register: () => {
          if (path.endsWith('.md')) return context.appendMemory({ from: path, text });
          return context.registerSubagent({ name: nameOf(parse(text)) ?? '', description: 'x', prompt: text });
        },
      }));
      return registerEach({ shape: 'fake', plugin, context, steps, findings });
    },
    deactivate: takeBack,
  };
}

/** What `checkShape` is told of it. */
export function fakeContract(createShape: ShapeContract['createShape']): ShapeContract {
  return {
    createShape,
    good: {
      files: { 'notes/a.md': 'one', 'notes/b.md': 'two', 'agents/critic.json': '{"name": "critic", "v": 1}' },
      registers: ['memory notes/a.md', 'memory notes/b.md', 'subagent critic'],
    },
    next: { 'notes/a.md': 'three', 'notes/b.md': 'four', 'agents/critic.json': '{"name": "critic", "v": 2}' },
    faulty: [
      {
        title: 'one is empty',
        files: { 'notes/a.md': 'one', 'notes/b.md': '' },
        codes: ['file-bad'],
        registers: ['memory notes/a.md'],
      },
    ],
    foreign: { 'README.md': 'x' },
  };
}

function parseOrFault(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nameOf(value: unknown): string | undefined {
  const { name }: { name?: unknown } = Object(value);
  return typeof name === 'string' && /^[a-z]+$/.test(name) ? name : undefined;
}
