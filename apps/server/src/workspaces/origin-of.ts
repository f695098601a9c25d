import { parseSource } from '@agentmesh/resolver';

/**
 * Who a source comes from, whatever version it names: two sources of one origin are the same plugin's to their author. For an archive's URL that
 * is its host, since its path mostly has the version in it.
 */
export function originOf(source: string): string {
  const { scheme, spec } = parseSource(source, { defaultScheme: 'local' });
  return `${scheme}://${(STRIP.get(scheme) ?? same)(spec)}`;
}

const same = (spec: string): string => spec;
const withoutReference = (spec: string): string => spec.replace(/#.*$/s, '');
/** The first `@` of a scope is no version's. */
const withoutVersion = (spec: string): string => spec.replace(/(?<=.)@[^/]*$/s, '');
const hostOf = (spec: string): string => spec.replace(/[/?#].*$/s, '').toLowerCase();

const STRIP: ReadonlyMap<string, (spec: string) => string> = new Map([
  ['github', withoutReference],
  ['git', withoutReference],
  ['https', hostOf],
  ['http', hostOf],
  ['npm', withoutVersion],
  ['clawhub', withoutVersion],
  ['registry', withoutVersion],
  ['oci', (spec: string) => spec.replace(/@[^/]*$/s, '').replace(/:[^/:]*$/s, '')],
]);
