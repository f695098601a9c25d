import { realpathSync } from 'node:fs';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { McpServer, Subagent } from '@agentmesh/shape';
import { assertMemoryText, normalizeMemoryText } from '../edit/memory-block.js';
import type { WantedTarget } from '../journal/owned-target.js';
import { isInside, resolvePlace } from '../place/resolve-place.js';
import type { Client, ClientPlaces, SubagentPlace } from '../table/client.js';
import { digestText, digestValue } from '../target/digest-text.js';
import { linkedFrom } from '../target/linked-from.js';
import { digestFolder, digestLink } from '../target/skill-folder.js';
import { checkTargetName, labelOf } from './check-target-name.js';
import { renderServer } from './render-server.js';
import { checkSubagent, renderSubagent } from './render-subagent.js';

/** Where a skill comes from and how it gets to its place. */
export interface SkillSource {
  readonly name: string;
  /** Its folder in the installed plugin, absolute. */
  readonly folder: string;
  readonly pluginDir: string;
  /** The project's or the home folder. */
  readonly baseDir: string;
  readonly links: 'auto' | 'never';
}

/**
 * A skill as a link to its installed folder, or as a copy of it.
 *
 * @throws MarketplaceError `NAME_INVALID`; `SOURCE_OUTSIDE` for a folder that is not in the plugin; `TARGET_OUTSIDE`
 */
export async function wantSkill(shape: string, source: SkillSource, places: ClientPlaces): Promise<WantedTarget> {
  const { name, folder, pluginDir, baseDir, links } = source;
  assertName('folder', name);
  const [root, real] = [realpathSync.native(pluginDir), realpathSync.native(folder)];
  if (real !== root && !isInside(root, real)) {
    throw new MarketplaceError(`Expected the skill ${printable(name)} inside its plugin`, { code: 'SOURCE_OUTSIDE' });
  }
  const path = `${places.skills}/${name}`;
  const wanted = { shape, kind: 'skill', path, name: '', source: folder } as const;
  if (links === 'never') return { ...wanted, digest: await digestFolder(folder) };
  const target = { ...wanted, link: folder, digest: digestLink(folder) };
  return linkedFrom(target, baseDir, resolvePlace(baseDir, path, { leaf: 'keep' }));
}

/**
 * A server in the fields of the client.
 *
 * @throws MarketplaceError `NAME_INVALID`, `SERVER_TEXT_INVALID`, `SERVER_EXPANDS`, `SERVER_CWD_UNSUPPORTED`, `SERVER_TYPE_UNSUPPORTED`
 */
export function wantServer(
  shape: string,
  name: string,
  server: McpServer,
  client: Client,
  places: ClientPlaces,
): WantedTarget {
  assertName('server', name);
  const rendered = renderServer(server, client.dialect);
  if ('reason' in rendered) {
    throw new MarketplaceError(`${rendered.reason}; ${client.title} does not get it`, { code: rendered.code });
  }
  const { value } = rendered;
  return { shape, kind: 'server', path: places.mcp.path, name, value, digest: digestValue(value) };
}

/**
 * A sub-agent as a file of the client.
 *
 * @throws MarketplaceError `NAME_INVALID`, `SUBAGENT_REFUSED`; `SUBAGENT_TOOLS_UNSUPPORTED` where the client would give it tools that it
 * does not name
 */
export function wantSubagent(
  shape: string,
  agent: Subagent,
  client: Client,
  { subagents: place }: ClientPlaces,
): WantedTarget {
  assertName('folder', agent.name);
  const reason = checkSubagent(agent);
  if (reason !== undefined) {
    throw new MarketplaceError(`Expected a sub-agent that can be written down; ${reason}`, {
      code: 'SUBAGENT_REFUSED',
    });
  }
  if (!canRestrict(agent, place)) {
    throw new MarketplaceError(
      `It may use certain tools only, and ${client.title} would give it others; ${client.title} does not get it`,
      { code: 'SUBAGENT_TOOLS_UNSUPPORTED' },
    );
  }
  const text = renderSubagent(agent, place);
  const path = `${place.folder}/${agent.name}${place.extension}`;
  return { shape, kind: 'subagent', path, name: '', text, digest: digestText(text) };
}

/** Whether no more tools than those that it names are given to a sub-agent; one that names none has those of its parent. */
function canRestrict({ tools }: Subagent, place: SubagentPlace): boolean {
  if (tools === undefined) return true;
  return place.tools !== 'none' && (tools.length > 0 || place.emptyTools === true);
}

/**
 * A text for the memory file of the client.
 *
 * @param from the file of the plugin that it comes from, for the fence
 * @throws MarketplaceError `MEMORY_UNSUPPORTED` where the client has no such file; `MEMORY_TEXT_REFUSED`
 */
export function wantMemory(shape: string, from: string, text: string, places: ClientPlaces): WantedTarget {
  if (typeof places.memory !== 'string') {
    throw new MarketplaceError(`There is no file for it: ${places.memory.absent}`, { code: 'MEMORY_UNSUPPORTED' });
  }
  const body = normalizeMemoryText(text);
  assertMemoryText(from, body);
  return { shape, kind: 'memory', path: places.memory, name: labelOf(from), text: body, digest: digestText(body) };
}

/** A graph is only written down: no client of the table runs graphs. */
export function wantGraph(shape: string, name: string, value: Readonly<Record<string, unknown>>): WantedTarget {
  return { shape, kind: 'graph', path: '', name, value, digest: digestValue(value) };
}

function assertName(kind: 'folder' | 'server', name: string): void {
  const reason = checkTargetName(kind, name);
  if (reason === undefined) return;
  throw new MarketplaceError(`The name ${printable(name)} cannot be used: ${reason}`, { code: 'NAME_INVALID' });
}
