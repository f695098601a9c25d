import { createInterface } from 'node:readline/promises';
import { MarketplaceError } from '@agentmesh/errors';

/**
 * Asks a yes-or-no question on the terminal; no is the default.
 *
 * @param question shown as it is, followed by `[y/N]`
 * @param flag what answers yes without a terminal, named in the error
 * @throws MarketplaceError `USAGE` where there is no terminal to ask on
 */
export async function confirm(question: string, flag: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new MarketplaceError(`${question} needs an answer, and there is no terminal to ask on`, {
      code: 'USAGE',
      hint: `Pass ${flag} to answer yes.`,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } catch (error) {
    // Ctrl-C leaves the cursor behind the question.
    process.stderr.write('\n');
    throw error;
  } finally {
    terminal.close();
  }
}
