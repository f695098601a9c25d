import { existsSync } from 'node:fs';
import { MarketplaceError } from '@agentmesh/errors';
import type { InstalledPlugin } from '@agentmesh/installer';
import { isPluginName } from '@agentmesh/manifest';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { assertIntact } from '../../assert-intact.js';
import { AgentmeshCommand } from '../../command.js';
import type { Composition } from '../../compose.js';
import { renderTable } from '../../render/table.js';
import { verifyFolder } from '../../verify-folder.js';
import { verifyWithKey } from '../../verify-with-key.js';

/** One plugin that `plugin verify` looked at. */
interface VerifiedRow {
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly key_id: string | null;
}

/** `agentmesh plugin verify [NAME | DIR | FILE]` */
export default class PluginVerify extends AgentmeshCommand {
  static override summary =
    'Check every byte of installed plugins, or of a plugin folder or manifest, and who signed it.';
  static override description = 'Exits 4 when anything was tampered with, and names each file.';
  static override examples = [
    '<%= config.bin %> plugin verify',
    '<%= config.bin %> plugin verify response-length-validator',
    '<%= config.bin %> plugin verify ./my-plugin --key alice.pub.pem',
    '<%= config.bin %> plugin verify ./my-plugin/agent-plugin.yaml',
  ];
  static override args = {
    what: Args.string({ description: 'installed plugin, folder or agent-plugin.yaml (default: everything installed)' }),
  };
  static override flags = {
    key: Flags.string({
      description: 'public key that must have signed it, a PEM file (default: the trusted keys)',
      helpValue: 'FILE',
    }),
  };

  async run(): Promise<{ plugins: readonly VerifiedRow[] }> {
    const { args, flags } = await this.parse(PluginVerify);
    const composition = await this.compose();
    const installed = await this.#findInstalled(composition, args.what);
    const plugins =
      installed === undefined
        ? [await verifyFolder(composition, args.what ?? '.', flags.key)]
        : await verifyInstalled(installed, flags.key);
    this.log(plugins.length === 0 ? 'Nothing is installed' : renderRows(plugins));
    return { plugins };
  }

  /** Undefined when `what` is a folder or file rather than the name of an installed plugin. */
  async #findInstalled(
    composition: Composition,
    what: string | undefined,
  ): Promise<readonly InstalledPlugin[] | undefined> {
    if (what !== undefined && !isPluginName(what)) return undefined;
    const installer = await composition.installed();
    const installed = await installer.listInstalled();
    const chosen = installed.filter(({ name }) => what === undefined || name === what);
    if (what === undefined || chosen.length > 0) return chosen;
    // Neither a plugin nor a folder: the error of the former names what was perhaps meant.
    if (!existsSync(what)) await installer.verifyInstalled(what);
    return undefined;
  }
}

async function verifyInstalled(
  plugins: readonly InstalledPlugin[],
  keyFile: string | undefined,
): Promise<VerifiedRow[]> {
  assertIntact(plugins);
  if (keyFile === undefined) assertTrusted(plugins);
  const rows: VerifiedRow[] = [];
  for (const { name, version, manifest, manifestOnly, ...plugin } of plugins) {
    const vouched = keyFile !== undefined && manifest !== undefined;
    const key_id = vouched ? await verifyWithKey(manifest, keyFile) : (plugin.keyId ?? null);
    const verification = vouched ? 'verified' : plugin.verification;
    rows.push({ name, version, state: manifestOnly ? 'manifest-only' : verification, key_id });
  }
  return rows;
}

function renderRows(rows: readonly VerifiedRow[]): string {
  return renderTable(
    ['NAME', 'VERSION', 'STATE', 'SIGNED BY'],
    rows.map((row) => [row.name, row.version, row.state, row.key_id ?? '-']),
  );
}

function assertTrusted(plugins: readonly InstalledPlugin[]): void {
  const refused = plugins.find(({ problem }) => problem !== undefined);
  if (refused?.problem === undefined) return;
  const { name, problem } = refused;
  throw new MarketplaceError(`${name} is not trusted: ${problem.message}`, {
    code: problem.code,
    hint: `Remove it: agentmesh plugin uninstall ${name}. Or trust its author: agentmesh key trust --help`,
  });
}
