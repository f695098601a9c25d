import { detectClients, getClient } from '@agentmesh/clients';
import { MarketplaceError } from '@agentmesh/errors';
import type { Settings } from '../settings.js';
import type { ClientFlags } from './client-flags.js';
import { readUserClients } from './user-clients.js';

/** Which clients this project's plugins are brought into, in both scopes. */
export interface ClientChoice {
  readonly project: readonly string[];
  readonly user: readonly string[];
  /** What was chosen just now, and has to be remembered. */
  readonly chosen: { readonly scope: 'project' | 'user'; readonly clients: readonly string[] } | undefined;
  /** Clients that are in use by their signs, while nobody has chosen any. */
  readonly detected: readonly string[];
}

/**
 * Decides it: the flag, else what was chosen before, else what left signs in the project's folder. Whether clients that left signs in the user's home
 * alone are meant is for the user to say.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`, `USAGE`
 */
export async function chooseClients(settings: Settings, flags: ClientFlags): Promise<ClientChoice> {
  const { workspaceDir: projectDir, userHome: homeDir, clients: before } = settings;
  const { clients: user } = await readUserClients(settings);
  const scope = flags.scope === 'user' ? 'user' : 'project';
  if (flags.client !== undefined) {
    const clients = parseClients(flags.client);
    const chosen = { scope, clients } as const;
    if (scope === 'user') return { project: before ?? [], user: clients, chosen, detected: [] };
    return { project: clients, user, chosen, detected: [] };
  }
  if (scope === 'user' && user.length === 0) throw noneChosen();
  for (const id of before ?? []) getClient(id);
  if (before !== undefined || user.length > 0) return { project: before ?? [], user, chosen: undefined, detected: [] };
  const found = await detectClients({ projectDir, homeDir });
  const here = found.filter(({ project }) => project.length > 0).map(({ client }) => client.id);
  return { project: here, user, chosen: undefined, detected: found.map(({ client }) => client.id) };
}

function parseClients(text: string): readonly string[] {
  const ids = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) {
    throw new MarketplaceError('Expected names of clients after --client', {
      code: 'USAGE',
      hint: 'For example --client claude,codex; none of them: --client none',
    });
  }
  if (ids.length === 1 && ids[0] === 'none') return [];
  return [...new Set(ids.map((id) => getClient(id).id))];
}

function noneChosen(): MarketplaceError {
  return new MarketplaceError('Expected --client with --scope user: none was chosen before', {
    code: 'USAGE',
    hint: 'For example --scope user --client claude',
  });
}
