const NAME = /^(?:@[a-z0-9][a-z0-9._~-]{0,100}\/)?agentmesh-resolver-[a-z0-9._~-]{1,100}$/;

/** True for a name by the convention `agentmesh-resolver-*`, with or without a scope before it. */
export function isResolverPackageName(name: string): boolean {
  return NAME.test(name) && !name.includes('..');
}
