import { printable } from '@agentmesh/errors';
import { isVisible } from './is-visible.js';

/**
 * Why an author cannot be trusted, or `undefined`. Authors are compared as exact strings, so one with characters that nobody
 * sees would pass for another.
 */
export function authorFault(author: string): string | undefined {
  if (author.trim() === '') return 'the author is blank';
  return isVisible(author) ? undefined : `the author ${printable(author)} holds control or invisible characters`;
}
