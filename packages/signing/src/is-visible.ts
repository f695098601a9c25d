import { printable } from '@agentmesh/errors';

/** True when a text shows all it holds: no control, bidirectional or zero-width characters, no lone surrogates. */
export function isVisible(text: string): boolean {
  return printable(text, text.length) === text;
}
