import { MarketplaceError } from '@agentmesh/errors';
import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser';

/** An object in the text of a document. */
export interface JsonObject {
  /** Of the opening brace. */
  readonly start: number;
  /** Behind the closing brace. */
  readonly end: number;
  readonly members: readonly JsonMember[];
}

/** A member of an object: from its key to the end of its value. */
export interface JsonMember {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly value: Node;
}

/** A token of a document that is neither white space nor part of a value. */
export interface JsonToken {
  readonly kind: 'comma' | 'line comment' | 'block comment' | 'other';
  readonly start: number;
  readonly end: number;
}

/**
 * The object that a document is; undefined where nothing but white space stands. Comments and trailing commas are allowed, as the clients
 * allow them.
 *
 * @throws MarketplaceError `CONFIG_UNREADABLE` when it is anything else
 */
export function parseJsonDocument(text: string): JsonObject | undefined {
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch (error) {
    // Nesting so deep that the stack does not hold it.
    throw unreadable('it cannot be read', error);
  }
  const [first] = errors;
  if (first !== undefined) throw unreadable(`line ${lineOf(text, first.offset)} is no JSON`);
  if (root !== undefined) return jsonObjectOf(root);
  if (text.trim() === '') return undefined;
  throw unreadable('it has no object');
}

/**
 * The members of an object.
 *
 * @throws MarketplaceError `CONFIG_UNREADABLE` when it is no object, or has a key twice
 */
export function jsonObjectOf(node: Node): JsonObject {
  if (node.type !== 'object') throw unreadable(`expected an object, found ${node.type}`);
  const keys = new Set<unknown>();
  const members = (node.children ?? []).map((property): JsonMember => {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) throw unreadable('a member has no value');
    if (keys.has(key.value)) throw unreadable('an object has a key twice');
    keys.add(key.value);
    return { key: String(key.value), start: property.offset, end: value.offset + value.length, value };
  });
  return { start: node.offset, end: node.offset + node.length, members };
}

/** The tokens and comments between two places of a text, none of which is inside a value. */
export function listJsonTokens(text: string, from: number, to: number): JsonToken[] {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  const tokens: JsonToken[] = [];
  for (scanner.scan(); scanner.getTokenLength() > 0 && scanner.getTokenOffset() < to; scanner.scan()) {
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    const token = text.slice(start, end);
    if (token.trim() !== '') tokens.push({ kind: kindOf(token), start, end });
  }
  return tokens;
}

function kindOf(token: string): JsonToken['kind'] {
  if (token === ',') return 'comma';
  if (token.startsWith('//')) return 'line comment';
  return token.startsWith('/*') ? 'block comment' : 'other';
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function unreadable(reason: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`Expected a configuration that can be extended: ${reason}`, {
    code: 'CONFIG_UNREADABLE',
    hint: 'Repair the file; it was left as it is.',
    cause,
  });
}
