import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const WORD = /^[a-z]+$/;
const LONGEST = 3;

/** A command that the first words of a command line name. */
export interface FoundCommand {
  /** Module of the command; its default export is the class. */
  readonly module: URL;
  /** What follows the words. */
  readonly argv: string[];
}

/** Finds the command of a command line, the longest that fits: commands lie in folders named after their words. */
export function findCommand(argv: readonly string[]): FoundCommand | undefined {
  const words = argv.slice(0, LONGEST);
  for (let length = words.length; length > 0; length -= 1) {
    const chosen = words.slice(0, length);
    if (!chosen.every((word) => WORD.test(word))) continue;
    const module = new URL(`./commands/${chosen.join('/')}.js`, import.meta.url);
    if (existsSync(fileURLToPath(module))) return { module, argv: argv.slice(length) };
  }
  return undefined;
}
