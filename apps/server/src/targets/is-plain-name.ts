/** True for a name as ours are. Others are nobody's that we move about: whoever works in a workspace can make files of any name there. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}$/.test(name);
}
