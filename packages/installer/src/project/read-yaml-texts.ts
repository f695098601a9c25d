import type { Finding } from '@agentmesh/errors';

/**
 * The top of a YAML file as texts, for an application that keeps settings of its own in `agentmesh.yaml`; read with the same care as
 * what the installer reads there: no aliases, no tags, no key twice.
 *
 * @returns by key the text, undefined for whatever else stands there; or what is wrong with the file
 */
export async function readYamlTexts(
  bytes: Uint8Array,
): Promise<ReadonlyMap<string, string | undefined> | readonly Finding[]> {
  const { yamlTexts } = await import('./yaml-texts.js');
  return yamlTexts(bytes);
}
