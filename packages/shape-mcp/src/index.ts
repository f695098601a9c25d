export type { McpShapeOptions } from './create-shape.js';
export { createShape } from './create-shape.js';
export { MCP_LIMITS } from './mcp-limits.js';
export type { McpDialect, McpServerEntry } from './mcp-server-entry.js';
export type { McpServers } from './read-mcp-servers.js';
export { readMcpServers } from './read-mcp-servers.js';
export type { StartMcpServerOptions } from './start-mcp-server.js';
export { startMcpServer } from './start-mcp-server.js';
