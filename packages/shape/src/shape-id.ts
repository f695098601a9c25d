const MAX_LENGTH = 64;
const ID = /^[a-z][a-z0-9-]*$/;
const PACKAGE = /^(?:@[a-z0-9][a-z0-9._~-]{0,100}\/)?agentmesh-shape-[a-z0-9._~-]{1,100}$/;

/** True for what a shape may be called: `[a-z][a-z0-9-]*`, at most 64 characters. */
export function isShapeId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH && ID.test(value);
}

/** True for a package's name by the convention `agentmesh-shape-*`, with or without a scope before it. */
export function isShapePackageName(name: string): boolean {
  return PACKAGE.test(name) && !name.includes('..');
}
