const MAX_DEPTH = 100;

/** The text that an expression of the syntax tree always has: a string, a template without holes, a sum of such. */
export function constantText(node: unknown, depth: number = 0): string | undefined {
  if (typeof node !== 'object' || node === null || !('type' in node) || depth > MAX_DEPTH) return undefined;
  if (node.type === 'Literal' && 'value' in node) return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral' && 'quasis' in node) return templateText(node.quasis);
  if (node.type === 'BinaryExpression' && 'operator' in node && node.operator === '+') return sumText(node, depth + 1);
  return undefined;
}

function templateText(quasis: unknown): string | undefined {
  if (!Array.isArray(quasis) || quasis.length !== 1) return undefined;
  const [quasi]: { readonly value?: { readonly cooked?: unknown } }[] = quasis;
  return typeof quasi?.value?.cooked === 'string' ? quasi.value.cooked : undefined;
}

function sumText(node: object, depth: number): string | undefined {
  const left = 'left' in node ? constantText(node.left, depth) : undefined;
  const right = 'right' in node ? constantText(node.right, depth) : undefined;
  return left === undefined || right === undefined ? undefined : left + right;
}
