/** True for two spellings of one version: `1.0` and `1.0.0`, `1.2.3` and `01.2.3`. */
export function isSameVersion(a: string, b: string): boolean {
  return normalForm(a) === normalForm(b);
}

function normalForm(version: string): string {
  const groups = version.split('.').map((group) => group.replace(/^0+(?=.)/, ''));
  while (groups.length < 3) groups.push('0');
  return groups.join('.');
}
