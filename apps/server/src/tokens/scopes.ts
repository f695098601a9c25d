/** What a token may do: `install:*` is every workspace, `admin` everything. */
export type Scope = 'admin' | 'publish' | 'read' | `install:${string}`;

/** How scopes are written: the id of a workspace has letters, digits, `-`, `_` and `.`. */
export const SCOPE = /^(?:read|publish|admin|install:(?:\*|[A-Za-z0-9][A-Za-z0-9._-]{0,127}))$/;

/** Whether somebody with these scopes may do what needs `scope`. Every token may read. */
export function allows(scopes: readonly string[], scope: Scope): boolean {
  if (scopes.includes('admin') || scopes.includes(scope)) return true;
  if (scope === 'read') return scopes.length > 0;
  return scope.startsWith('install:') && scopes.includes('install:*');
}
