import type { PythonNode } from './python-node.js';

const STRING = /^([A-Za-z]{0,2})("""|'''|"|')([\s\S]*)\2$/;
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(\r\n|[\s\S]))/g;

/** The value of a Python string literal, adjacent literals joined; undefined for bytes and what is no plain string. */
export function pythonText(node: PythonNode, text: string): string | undefined {
  if (node.name !== 'ContinuedString') return literalText(text.slice(node.from, node.to));
  const parts = node.getChildren('String').map((child) => literalText(text.slice(child.from, child.to)));
  return parts.includes(undefined) ? undefined : parts.join('');
}

function literalText(literal: string): string | undefined {
  const [, prefix = '', , body] = STRING.exec(literal) ?? [];
  if (body === undefined || /b/i.test(prefix)) return undefined;
  return /r/i.test(prefix) ? body : body.replace(ESCAPE, unescapeOne);
}

function unescapeOne(all: string, x?: string, u?: string, wide?: string, octal?: string, other?: string): string {
  const hex = x ?? u ?? wide;
  const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
  if (!Number.isNaN(code)) return code > 0x10ffff ? all : String.fromCodePoint(code);
  return other === '\n' || other === '\r\n' ? '' : (other ?? all);
}
