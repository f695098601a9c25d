/** Path of the page of a plugin, or of one version of it. */
export function versionPath(name: string, version?: string): string {
  const path = `/p/${encodeURIComponent(name)}`;
  return version === undefined ? path : `${path}/${encodeURIComponent(version)}`;
}
