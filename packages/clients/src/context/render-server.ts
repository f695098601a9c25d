import type { McpServer } from '@agentmesh/shape';
import type { McpDialect, RemoteFields } from '../table/client.js';

/** An entry, or why there can be none. */
export type Rendered =
  | { readonly value: Readonly<Record<string, unknown>> }
  | { readonly code: string; readonly reason: string };

/** The entry of a server in the fields of a client, or why the client cannot have it. */
export function renderServer(server: McpServer, dialect: McpDialect): Rendered {
  const texts = textsOf(server);
  if (texts.some((text) => /[\0\ud800-\udfff]/u.test(text))) {
    return { code: 'SERVER_TEXT_INVALID', reason: 'A value has characters that no configuration can hold' };
  }
  const { expands } = dialect;
  if (expands !== undefined && texts.some((text) => expands.test(text))) {
    return {
      code: 'SERVER_EXPANDS',
      reason: 'The client would put variables of your environment into a value of the plugin',
    };
  }
  const fields = server.type === 'stdio' ? stdioFields(server, dialect) : remoteFields(server, dialect);
  return 'value' in fields ? { value: { ...fields.value, ...dialect.always } } : fields;
}

function stdioFields(server: Extract<McpServer, { type: 'stdio' }>, { stdio }: McpDialect): Rendered {
  const { command, args = [], env = {}, cwd } = server;
  if (cwd !== undefined && stdio.cwd === undefined) {
    return { code: 'SERVER_CWD_UNSUPPORTED', reason: 'The client cannot start a server in a folder of its own' };
  }
  const value = {
    ...(stdio.type === undefined ? {} : { type: stdio.type }),
    [stdio.command]: command,
    [stdio.args]: [...args],
    ...(Object.keys(env).length === 0 ? {} : { [stdio.env]: { ...env } }),
    ...(cwd === undefined || stdio.cwd === undefined ? {} : { [stdio.cwd]: cwd }),
  };
  return { value };
}

function remoteFields(server: Exclude<McpServer, { type: 'stdio' }>, dialect: McpDialect): Rendered {
  const row: RemoteFields | { absent: string } = server.type === 'sse' ? dialect.sse : dialect.http;
  if ('absent' in row) return { code: 'SERVER_TYPE_UNSUPPORTED', reason: row.absent };
  const { headers = {} } = server;
  const value = {
    ...(row.type === undefined ? {} : { type: row.type }),
    [row.url]: server.url,
    ...(Object.keys(headers).length === 0 ? {} : { [row.headers]: { ...headers } }),
  };
  return { value };
}

function textsOf(server: McpServer): string[] {
  const pairs = server.type === 'stdio' ? server.env : server.headers;
  const others = server.type === 'stdio' ? [server.command, ...(server.args ?? []), server.cwd ?? ''] : [server.url];
  return [...others, ...Object.entries(pairs ?? {}).flat()];
}
