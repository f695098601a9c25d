import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { type Finding, formatFindings, MarketplaceError, printable } from '@agentmesh/errors';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import type { Composition } from '../../compose.js';

/** A folder to import, and what is known of it. */
interface Found {
  readonly dir: string;
  readonly name: string;
  readonly revision?: string;
}

/** `agentmesh plugin import DIR|SOURCE` */
export default class PluginImport extends AgentmeshCommand {
  static override summary =
    'Make a plugin of another format yours to sign, publish and lock: write an agent-plugin.yaml beside its files.';
  static override description =
    `Takes Agent Plugins 1.0 (plugin.json), Claude (.claude-plugin/plugin.json), Molecule (plugin.yaml) and a bare skill (SKILL.md). None of its files is touched.
A source is fetched into a folder first. To install such a plugin as it is, none of this is needed.`;
  static override examples = [
    '<%= config.bin %> plugin import ./someones-skill',
    '<%= config.bin %> plugin import ./someones-plugin --author "Ada <ada@example.org>" --set-version 1.0.0',
    '<%= config.bin %> plugin import github://alice/skills//weather --output ./weather',
  ];
  static override args = {
    what: Args.string({ description: 'folder, or scheme://spec', required: true }),
  };
  static override flags = {
    author: Flags.string({ description: 'author to write down (default: what its files say, else you)' }),
    'set-version': Flags.string({
      description: 'version to write down (default: what its files say)',
      helpValue: 'VERSION',
    }),
    output: Flags.string({
      char: 'o',
      description: 'folder that a source is fetched into (default: its name)',
      helpValue: 'DIR',
    }),
  };

  async run(): Promise<{ name: string; version: string; path: string; findings: readonly Finding[] }> {
    const { args, flags } = await this.parse(PluginImport);
    const composition = await this.compose();
    const { importContainer, readContainer } = await import('@agentmesh/container');
    const isSource = args.what.includes('://');
    const { dir, name, revision } = isSource
      ? await this.#fetch(composition, args.what, flags.output)
      : await findFolder(args.what);
    const known = revision === undefined ? {} : { revision };
    const { findings } = await readContainer(dir, { name, ...known });
    const changes = {
      ...(flags.author === undefined ? {} : { author: flags.author }),
      ...(flags['set-version'] === undefined ? {} : { version: flags['set-version'] }),
    };
    const manifest = await importContainer(dir, { fallbackName: name, ...known, changes });
    this.log(`Wrote ${join(dir, 'agent-plugin.yaml')} for ${manifest.name} ${manifest.version}`);
    if (findings.length > 0) this.caution(`\n${formatFindings(findings)}`);
    this.note('Next: look at it, then agentmesh plugin check, agentmesh plugin publish');
    return { name: manifest.name, version: manifest.version, path: dir, findings };
  }

  async #fetch(composition: Composition, text: string, output: string | undefined): Promise<Found> {
    const [{ parseSource }, { copyTree }, sources] = await Promise.all([
      import('@agentmesh/resolver'),
      import('@agentmesh/artifact'),
      composition.sources(),
    ]);
    const place = await mkdtemp(join(tmpdir(), 'agentmesh-import-'));
    try {
      this.working(`Fetching ${printable(text)}`);
      const fetched = await sources.fetch(parseSource(text), join(place, 'tree'), { signal: this.signal });
      const dir = resolve(output ?? fetched.name);
      await copyTree(join(place, 'tree'), dir, { view: 'packing', signal: this.signal });
      const { name, revision } = fetched;
      return { dir, name, ...(revision === undefined ? {} : { revision }) };
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }
}

async function findFolder(path: string): Promise<Found> {
  const dir = resolve(path);
  const stats = await stat(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (stats?.isDirectory() === true) return { dir, name: basename(dir) };
  throw new MarketplaceError(`There is no folder ${printable(dir)}`, {
    code: 'FILE_NOT_FOUND',
    hint: 'Name a folder, or a source such as github://owner/repo.',
  });
}
