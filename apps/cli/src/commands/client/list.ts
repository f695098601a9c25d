import { AgentmeshCommand } from '../../command.js';
import type { Composition } from '../../compose.js';
import { renderTable } from '../../render/table.js';

/** One thing of a plugin in a client, as `--json` prints it. */
interface ItemRow {
  readonly plugin: string;
  readonly scope: 'project' | 'user';
  readonly kind: string;
  readonly shape: string;
  /** Below the project's or the home folder. */
  readonly path: string;
  readonly name: string;
}

/** One client, as `--json` prints it. */
interface ListedClient {
  readonly id: string;
  readonly title: string;
  /** Files and folders that show that it is in use. */
  readonly detected: { readonly project: readonly string[]; readonly user: readonly string[] };
  /** Scopes in which plugins are brought into it from here. */
  readonly chosen: readonly ('project' | 'user')[];
  readonly items: readonly ItemRow[];
}

/** `agentmesh client list` */
export default class ClientList extends AgentmeshCommand {
  static override summary = 'List the agents that plugins can be brought into, and what of which plugin is where.';
  static override description =
    'A client is chosen with --client of plugin install, or in use by its signs while none is chosen. What is yours rather than the project’s is marked so.';
  static override examples = ['<%= config.bin %> client list', '<%= config.bin %> client list --json'];

  async run(): Promise<{ clients: readonly ListedClient[] }> {
    await this.parse(ClientList);
    const clients = await listClients(await this.compose());
    this.log(
      renderTable(
        ['CLIENT', 'IN USE BY', 'CHOSEN', 'HAS'],
        clients.map(({ id, detected, chosen, items }) => [
          id,
          [...detected.project, ...detected.user.map((path) => `~/${path}`)].join(', ') || '-',
          chosen.join(', ') || '-',
          items.length === 0 ? '-' : `${items.length} of ${new Set(items.map(({ plugin }) => plugin)).size} plugins`,
        ]),
      ),
    );
    const items = clients.flatMap((client) => client.items.map((item) => ({ ...item, client: client.id })));
    if (items.length > 0) {
      const rows = items.map(({ plugin, client, kind, path, name, scope }) => {
        const place = scope === 'user' && path !== '' ? `~/${path}` : path;
        return [plugin, client, kind, [place, name].filter((part) => part !== '').join(' ')];
      });
      this.log(`\n${renderTable(['PLUGIN', 'CLIENT', 'KIND', 'WHERE'], rows)}`);
    }
    return { clients };
  }
}

async function listClients({ settings }: Composition): Promise<readonly ListedClient[]> {
  const [{ CLIENTS, detectClients, listInClients }, { clientFolders }, { chooseClients }] = await Promise.all([
    import('@agentmesh/clients'),
    import('../../clients/client-folders.js'),
    import('../../clients/client-choice.js'),
  ]);
  const { workspaceDir: projectDir, userHome: homeDir } = settings;
  const [choice, detected] = await Promise.all([chooseClients(settings, {}), detectClients({ projectDir, homeDir })]);
  const items: (ItemRow & { readonly client: string })[] = [];
  for (const scope of ['project', 'user'] as const) {
    for (const { plugin, client, targets } of await listInClients({ ...clientFolders(settings, scope), scope })) {
      for (const { kind, shape, path, name } of targets) items.push({ plugin, client, scope, kind, shape, path, name });
    }
  }
  return CLIENTS.map(({ id, title }) => {
    const { project = [], user = [] } = detected.find(({ client }) => client.id === id) ?? {};
    return {
      id,
      title,
      detected: { project, user },
      chosen: (['project', 'user'] as const).filter((scope) => choice[scope].includes(id)),
      items: items.filter(({ client }) => client === id).map(({ client: _, ...item }) => item),
    };
  });
}
