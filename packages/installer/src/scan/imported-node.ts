const DECLARATIONS: ReadonlySet<unknown> = new Set([
  'ImportDeclaration',
  'ImportExpression',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
]);
/** Methods that load a module, by the name of what they are called on; undefined stands for anything. */
const LOADERS: Readonly<Record<string, string | undefined>> = {
  require: undefined,
  resolve: 'require',
  getBuiltinModule: 'process',
  binding: 'process',
};

/** The expression that names the module which a node of the syntax tree loads; undefined for every other node. */
export function importedNode(node: object): unknown {
  const type = 'type' in node ? node.type : undefined;
  if (DECLARATIONS.has(type)) return 'source' in node ? node.source : undefined;
  if (type !== 'CallExpression' || !('arguments' in node) || !Array.isArray(node.arguments)) return undefined;
  const callee: unknown = 'callee' in node ? node.callee : undefined;
  return loads(callee) ? node.arguments[0] : undefined;
}

function loads(callee: unknown): boolean {
  const name = identifierName(callee);
  if (name !== undefined) return name === 'require' || name === 'getBuiltinModule';
  if (typeof callee !== 'object' || callee === null || !('property' in callee) || !('object' in callee)) return false;
  const method = memberName(callee.property);
  if (method === undefined || !Object.hasOwn(LOADERS, method)) return false;
  const owner = LOADERS[method];
  return owner === undefined || ownerName(callee.object) === owner;
}

/** `process` of `process`, of `globalThis.process` and of `global['process']`. */
function ownerName(node: unknown): string | undefined {
  if (typeof node === 'object' && node !== null && 'property' in node) return memberName(node.property);
  return identifierName(node);
}

function identifierName(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('type' in node) || node.type !== 'Identifier') return undefined;
  return 'name' in node && typeof node.name === 'string' ? node.name : undefined;
}

function memberName(property: unknown): string | undefined {
  const literal = typeof property === 'object' && property !== null && 'value' in property ? property.value : undefined;
  return typeof literal === 'string' ? literal : identifierName(property);
}
