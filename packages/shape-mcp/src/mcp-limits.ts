/** How much of MCP one plugin may bring. */
export const MCP_LIMITS: Readonly<Record<'fileBytes' | 'servers' | 'items' | 'textUnits', number>> = Object.freeze({
  /** Of each file with servers. */
  fileBytes: 256 * 1024,
  servers: 64,
  /** Arguments, variables or headers of one server, each. */
  items: 128,
  /** Of one argument, value or address, in UTF-16 code units. */
  textUnits: 8192,
});
