import { unexpected } from './clawhub-error.js';

/**
 * The JSON object that an answer is.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function parseAnswer(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's message would quote what the server said.
    throw unexpected('no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected('no object');
  return Object.fromEntries(Object.entries(value));
}
