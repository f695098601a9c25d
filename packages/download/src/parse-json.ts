import { MarketplaceError } from '@agentmesh/errors';

const COMMA = 0x2c;
const LIST = 0x5b;
const OBJECT = 0x7b;

/**
 * Reads JSON that a server sent. Three bytes of JSON can make an object of fifty in memory, so the values are counted before
 * any is made. Nothing of the text is ever shown, since it may hold anything.
 *
 * @param limits.maxValues most values, of lists and objects and all that is in them; those in texts that look so count too
 * @throws MarketplaceError `FETCH_TOO_LARGE`, `FETCH_FAILED` for what is no JSON in UTF-8
 */
export function parseJson(bytes: Uint8Array, limits: { readonly maxValues: number }): unknown {
  let values = 1;
  for (const byte of bytes) {
    if (byte === COMMA || byte === LIST || byte === OBJECT) values += 1;
  }
  if (values > limits.maxValues) {
    throw new MarketplaceError(`The server sent JSON of more than ${limits.maxValues} values`, {
      code: 'FETCH_TOO_LARGE',
      hint: 'Tell whoever runs the server.',
    });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new MarketplaceError('The server did not answer with JSON', {
      code: 'FETCH_FAILED',
      hint: 'Check the address of the server.',
    });
  }
}
