import { MarketplaceError, printable } from '@agentmesh/errors';
import * as Flags from '@oclif/core/flags';
import { readNamedFile } from './read-named-file.js';
import { readStandardInput } from './read-standard-input.js';

const MAX_INPUT_BYTES = 8 * 1_048_576;

/** `--input JSON|@FILE|-`, shared by the commands that call a function. */
export const inputFlag = Flags.string({
  char: 'i',
  description: 'JSON for the function; @FILE reads a file, - standard input',
  default: '{}',
});

/**
 * What `--input` stands for, parsed.
 *
 * @throws MarketplaceError `USAGE` for what is no JSON; `FILE_NOT_FOUND`, `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function readCallInput(flag: string): Promise<unknown> {
  const text = await readText(flag);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MarketplaceError(`Expected JSON as input: ${printable(error instanceof Error ? error.message : '')}`, {
      code: 'USAGE',
      hint: `Quote it for your shell, e.g. --input '{"response":"text"}'`,
      cause: error,
    });
  }
}

async function readText(flag: string): Promise<string> {
  if (flag === '-') return readStandardInput(MAX_INPUT_BYTES);
  if (flag.startsWith('@')) return readNamedFile(flag.slice(1), { what: 'input', maxBytes: MAX_INPUT_BYTES });
  return flag;
}
