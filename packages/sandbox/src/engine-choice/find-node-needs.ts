import type { AnyNode, Parser, Program } from 'acorn';
import { isNodeGlobal, isNodeMember, isNodeModule } from './node-only.js';

/** What a text names, as far as it matters here. */
interface Names {
  /** Read as variables. */
  readonly used: Set<string>;
  /** Declared anywhere in the file: shadowing is not told apart by scope. */
  readonly declared: Set<string>;
  /** Needs that no scope can change. */
  readonly needs: Set<string>;
  /** Specifiers of what it imports or requires. */
  readonly imports: Set<string>;
}

/** What {@link findNodeNeeds} found in a text. */
export interface NodeNeeds {
  /** What only Node's engine has. */
  readonly needs: readonly string[];
  /** Specifiers of modules. */
  readonly imports: readonly string[];
}

const NOTHING: NodeNeeds = { needs: [], imports: [] };

/**
 * What a JavaScript text names that only Node's engine has, wherever in it: globals, methods that depend on ICU, built-in
 * modules. Loading a plugin shows what its top level needs; this shows what its functions will. A guess by names: what is
 * computed is not seen, and a text that cannot be parsed names nothing.
 */
export async function findNodeNeeds(text: string, hasEnv: boolean): Promise<NodeNeeds> {
  const program = await parseText(text);
  if (program === undefined) return NOTHING;
  const names: Names = { used: new Set(), declared: new Set(), needs: new Set(), imports: new Set() };
  try {
    visit(program, names, hasEnv);
  } catch (error) {
    // Nested deeper than a walk can follow.
    if (error instanceof RangeError) return NOTHING;
    throw error;
  }
  const globals = [...names.used].filter((name) => isNodeGlobal(name) && !names.declared.has(name));
  const modules = [...names.imports].filter(isNodeModule);
  return { needs: [...globals, ...names.needs, ...modules], imports: [...names.imports] };
}

let parser: typeof Parser | undefined;

/** What nobody asks for here, and takes the square of the time that the text is long: a host that parses must not hang. */
function withoutChecks(Base: typeof Parser): typeof Parser {
  return class extends Base {
    /** Whether a name is declared twice. */
    declareName(): void {}
    /** Whether a name that is exported is declared. */
    checkLocalExport(): void {}
    /** What is in a regular expression; the engine will say. */
    validateRegExpPattern(): void {}
  };
}

async function parseText(text: string): Promise<Program | undefined> {
  const { Parser } = await import('acorn');
  parser ??= Parser.extend((Base) => withoutChecks(Base));
  for (const sourceType of ['module', 'commonjs'] as const) {
    try {
      return parser.parse(text, { ecmaVersion: 'latest', sourceType });
    } catch {
      // The other kind is tried, and then what the engine says when it loads the file has to do.
    }
  }
  return undefined;
}

function visit(node: AnyNode, names: Names, hasEnv: boolean): void {
  if (isGuarded(node) || (hasEnv && isGrantedEnv(node))) return;
  note(node, names);
  for (const [key, child] of Object.entries(node)) {
    if (isName(node, key)) continue;
    for (const part of Array.isArray(child) ? child : [child]) if (isNode(part)) visit(part, names, hasEnv);
  }
}

/** `typeof Buffer` asks whether it is there, and so can live without. */
function isGuarded(node: AnyNode): boolean {
  return node.type === 'UnaryExpression' && node.operator === 'typeof' && node.argument.type === 'Identifier';
}

/** `process.env` is there in quickjs, too, for a plugin that was granted variables. */
function isGrantedEnv(node: AnyNode): boolean {
  if (node.type !== 'MemberExpression' || node.computed) return false;
  const { object, property } = node;
  return object.type === 'Identifier' && object.name === 'process' && nameOf(property) === 'env';
}

function note(node: AnyNode, { used, declared, needs, imports }: Names): void {
  if (node.type === 'Identifier') used.add(node.name);
  else if (node.type === 'MemberExpression') addMember(node, needs);
  else if (node.type === 'CallExpression') addRequired(node, imports);
  else if ('source' in node) addModule(node.source, imports);
  for (const pattern of bindingsOf(node)) declare(pattern, declared);
}

function addMember(node: AnyNode & { type: 'MemberExpression' }, needs: Set<string>): void {
  const name = node.computed ? '' : nameOf(node.property);
  if (isNodeMember(name)) needs.add(`.${name}`);
  if (node.object.type === 'MetaProperty' && name === 'resolve') needs.add('import.meta.resolve');
}

function addRequired({ callee, arguments: args }: AnyNode & { type: 'CallExpression' }, imports: Set<string>): void {
  if (callee.type === 'Identifier' && callee.name === 'require') addModule(args[0], imports);
}

function addModule(source: AnyNode | null | undefined, imports: Set<string>): void {
  if (source?.type === 'Literal' && typeof source.value === 'string') imports.add(source.value);
}

/** The patterns in which a node declares names. */
function bindingsOf(node: AnyNode): readonly (AnyNode | null | undefined)[] {
  switch (node.type) {
    case 'VariableDeclarator':
    case 'ClassDeclaration':
    case 'ClassExpression':
      return [node.id];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [node.id, ...node.params];
    case 'CatchClause':
      return [node.param];
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
      return [node.local];
    default:
      return [];
  }
}

function declare(pattern: AnyNode | null | undefined, declared: Set<string>): void {
  if (pattern === null || pattern === undefined) return;
  if (pattern.type === 'Identifier') declared.add(pattern.name);
  else if (pattern.type === 'ObjectPattern') for (const property of pattern.properties) declare(property, declared);
  else if (pattern.type === 'ArrayPattern') for (const element of pattern.elements) declare(element, declared);
  else if (pattern.type === 'Property') declare(pattern.value, declared);
  else if (pattern.type === 'RestElement') declare(pattern.argument, declared);
  else if (pattern.type === 'AssignmentPattern') declare(pattern.left, declared);
}

/** Where an identifier is a name of its own and reads no variable: after a dot, before a colon, of a method or a label. */
function isName(node: AnyNode, key: string): boolean {
  if (key === 'property') return node.type === 'MemberExpression' && !node.computed;
  if (key === 'key') return 'computed' in node && !node.computed;
  if (key === 'label') return true;
  if (key === 'imported') return true;
  return key === 'exported';
}

function nameOf(node: AnyNode): string {
  return node.type === 'Identifier' ? node.name : '';
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
