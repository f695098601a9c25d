import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { MarketplaceError } from '@agentmesh/errors';
import { readStandardInput } from '../read-standard-input.js';

const MAX_BYTES = 64 * 1024;

/**
 * Asks for a secret: at the terminal without showing what is typed, else from standard input, whose first line it is.
 *
 * @throws MarketplaceError `USAGE` when nothing was given
 */
export async function askSecret(question: string): Promise<string> {
  const text = process.stdin.isTTY ? await askTerminal(question) : await readStandardInput(MAX_BYTES);
  const secret = (text.split(/\r?\n/, 1)[0] ?? '').trim();
  if (secret !== '') return secret;
  throw new MarketplaceError('Expected a token, got nothing', {
    code: 'USAGE',
    hint: 'Type it at the terminal, or give it on standard input: agentmesh login URL < token-file',
  });
}

async function askTerminal(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  // Only now, when the terminal no longer shows what is typed.
  process.stderr.write(question);
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
