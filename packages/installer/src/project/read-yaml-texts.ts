import type { Finding } from '@agentmesh/errors';
import type { YamlSetting } from './yaml-setting.js';

/**
 * The top of a YAML file as texts, lists of texts and names with texts, for an application that keeps settings of its own in
 * `agentmesh.yaml`; read with the same care as
 * what the installer reads there: no aliases, no tags, no key twice.
 *
 * @returns by key what stands there, undefined for anything else; or what is wrong with the file
 */
export async function readYamlTexts(bytes: Uint8Array): Promise<ReadonlyMap<string, YamlSetting> | readonly Finding[]> {
  const { yamlTexts } = await import('./yaml-texts.js');
  return yamlTexts(bytes);
}
