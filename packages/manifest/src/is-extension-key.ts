/** True for an `x-…` key, whose value travels with the manifest and is signed. */
export function isExtensionKey(key: string): key is `x-${string}` {
  return key.length > 2 && key.startsWith('x-');
}
