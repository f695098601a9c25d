import { MarketplaceError } from '@agentmesh/errors';

/**
 * Reads standard input to its end.
 *
 * @throws MarketplaceError `FILE_TOO_LARGE` past `maxBytes`
 */
export async function readStandardInput(maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new MarketplaceError(`Expected at most ${maxBytes} bytes on standard input`, { code: 'FILE_TOO_LARGE' });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
