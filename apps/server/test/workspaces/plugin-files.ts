import { createManifest, formatManifest } from '@agentmesh/manifest';

/** The files of a plugin of one module. */
export function pluginFiles(
  name: string,
  { version = '1.0.0', dependencies = [] as readonly string[], code = 'export const hello = () => 1;\n' } = {},
): Readonly<Record<string, string>> {
  const manifest = createManifest({
    name,
    version,
    description: 'A plugin.',
    author: 'alice',
    plugin_type: 'agent',
    dependencies: [...dependencies],
  });
  return { 'agent-plugin.yaml': formatManifest(manifest), 'index.js': code };
}

/** What the routes of workspaces answer with. */
export interface Answer {
  readonly [member: string]: unknown;
  readonly name: string;
  readonly code: string;
  readonly content_digest: string;
  readonly kept_in: string;
  readonly kept: readonly { readonly path: string; readonly reason: string }[];
  readonly warnings: readonly string[];
  readonly compatible: readonly Answer[];
  readonly incompatible: readonly Answer[];
}

/** The JSON of an answer. */
export async function jsonOf(response: Response | Promise<Response>): Promise<Answer> {
  return JSON.parse(await (await response).text());
}

/** The JSON of an answer that is a list. */
export async function listOf(response: Response | Promise<Response>): Promise<readonly Answer[]> {
  return JSON.parse(await (await response).text());
}
