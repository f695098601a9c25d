import type * as zod from 'zod/mini';
import { loadZod } from './load-library.js';
import type { Permissions } from './plugin-manifest.js';

/** Most items of one list of permissions. */
const MAX_ITEMS = 100;

/** Longest path, command, name or host, in code units. */
const MAX_TEXT = 1024;

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOST_AND_PORT = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$`);
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** The rule for `permissions` (formats.md): eight keys, each optional, no others. */
export function createPermissionsSchema(): zod.ZodMiniType<Permissions> {
  const z = loadZod();
  const text = (what: string, isGood: (text: string) => boolean) =>
    z
      .string(`expected ${what}`)
      .check(z.maxLength(MAX_TEXT, `expected at most ${MAX_TEXT} characters`), z.refine(isGood, `expected ${what}`));
  const list = (what: string, isGood: (text: string) => boolean) =>
    z.exactOptional(
      z
        .array(text(what, isGood), 'expected a list')
        .check(z.maxLength(MAX_ITEMS, `expected at most ${MAX_ITEMS} items`)),
    );
  const amount = (unit: string) =>
    z.exactOptional(z.int(`expected a whole number of ${unit}`).check(z.positive(`expected more than 0 ${unit}`)));
  return z.strictObject(
    {
      net: list('host:port', isHostAndPort),
      env: list('the name of an environment variable', (name) => VARIABLE.test(name)),
      read: list('a path without control characters', isPrintableText),
      write: list('a path without control characters', isPrintableText),
      scratch: amount('bytes'),
      memory: amount('bytes'),
      time: amount('milliseconds'),
      run: list('a command without control characters', isPrintableText),
    },
    'expected a mapping of permissions',
  );
}

function isHostAndPort(text: string): boolean {
  const port = Number(text.slice(text.lastIndexOf(':') + 1));
  return HOST_AND_PORT.test(text) && port >= 1 && port <= 65_535;
}

function isPrintableText(text: string): boolean {
  return text.trim() !== '' && text.isWellFormed() && !CONTROL.test(text);
}
