import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import type { SandboxProcess } from '@agentmesh/sandbox';
import { SandboxTransport } from './sandbox-transport.js';

const MAX_TOOLS = 1000;
const MAX_PAGES = 100;
const NAME_UNITS = 128;
const TEXT_UNITS = 300;

/** A tool as its server describes it, made printable. */
interface ProbedTool {
  readonly name: string;
  readonly description: string;
}

/** What a server says of itself, made printable. */
export interface ProbedServer {
  readonly server: { readonly name: string; readonly version: string };
  readonly tools: readonly ProbedTool[];
}

/**
 * Shakes hands with a server and asks for its tools.
 *
 * @throws MarketplaceError `MCP_PROBE_FAILED`, `MCP_PROBE_TIMEOUT`
 */
export async function probeServer(
  process: SandboxProcess,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<ProbedServer> {
  const { Client } = await import('@modelcontextprotocol/client');
  const client = new Client({ name: 'agentmesh', version: '0.0.0' });
  const deadline = AbortSignal.timeout(timeoutMs);
  const options = { signal: AbortSignal.any([signal, deadline]), timeout: timeoutMs };
  try {
    await client.connect(new SandboxTransport(process), options);
    const tools: ProbedTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES && tools.length < MAX_TOOLS; page += 1) {
      const answer = await client.listTools(cursor === undefined ? {} : { cursor }, options);
      for (const { name, description = '' } of answer.tools) {
        tools.push({ name: printable(name, NAME_UNITS), description: printable(description, TEXT_UNITS) });
      }
      cursor = answer.nextCursor;
      if (cursor === undefined) break;
    }
    if (cursor !== undefined) throw new MarketplaceError('its list of tools does not end', { code: 'MCP_PROTOCOL' });
    const { name = '', version = '' } = client.getServerVersion() ?? {};
    const server = { name: printable(name, NAME_UNITS), version: printable(version, NAME_UNITS) };
    return { server, tools: tools.slice(0, MAX_TOOLS) };
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) throw timeout(timeoutMs);
    throw failed(error);
  } finally {
    await process.stop();
  }
}

function timeout(ms: number): MarketplaceError {
  return new MarketplaceError(`The server did not answer within ${ms} ms`, {
    code: 'MCP_PROBE_TIMEOUT',
    hint: 'Give it more time with --timeout, or look at what it prints: agentmesh plugin mcp start.',
  });
}

function failed(cause: unknown): MarketplaceError {
  const how = cause instanceof Error ? printable(cause.message, TEXT_UNITS) : 'for no reason that it gave';
  const hint = isMarketplaceError(cause) ? cause.hint : undefined;
  return new MarketplaceError(`The server could not be asked: ${how}`, {
    code: 'MCP_PROBE_FAILED',
    hint: hint ?? 'See what it prints on its standard error: agentmesh plugin mcp start.',
    cause,
  });
}
