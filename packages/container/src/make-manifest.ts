import type { Tree } from '@agentmesh/artifact';
import { printable } from '@agentmesh/errors';
import { checkPublishable, createManifest, type PluginManifest, PluginType, PUBLISH_LIMITS } from '@agentmesh/manifest';
import { containerInvalid } from './container-invalid.js';
import type { FileFindings } from './file-findings.js';
import type { ForeignFields } from './foreign-fields.js';
import { mapName } from './map-name.js';
import { mapText } from './map-text.js';
import { mapVersion, versionOfRevision } from './map-version.js';

/** What {@link makeManifest} takes. */
export interface MakeManifestOptions {
  readonly fields: ForeignFields;
  readonly tree: Tree;
  /** For a container that has no usable name. */
  readonly name?: string | undefined;
  readonly revision?: string | undefined;
  /** Of the file that the fields come from. */
  readonly path: string;
}

const AGENT = /^(?:langgraph\.json|agents\/.+\.(?:md|json|ya?ml))$/;

/**
 * Makes the manifest of a foreign plugin: unsigned, without permissions, and valid by the rule for publishing. What is replaced
 * or made up goes to `findings`.
 *
 * @throws MarketplaceError `MANIFEST_INVALID` when no safe name can be made
 */
export function makeManifest(options: MakeManifestOptions, findings: FileFindings): PluginManifest {
  const { fields, tree, path } = options;
  const name = chooseName(options, findings);
  if (name === undefined) throw containerInvalid(path, findings.all);
  const manifest = createManifest({
    name,
    version: chooseVersion(options, findings),
    description: clean('description', fields.description, findings) ?? `${name}, which has no description`,
    author: clean('author', fields.author, findings) ?? 'unknown',
    plugin_type: tree.files.some((file) => AGENT.test(file.path)) ? PluginType.agent : PluginType.integration,
    license: clean('license', fields.license, findings),
    keywords: cleanKeywords(fields.keywords, findings),
  });
  const linked = takeLinks(manifest, fields, findings);
  const faults = checkPublishable(linked);
  if (faults.length > 0) throw containerInvalid(path, [...findings.all, ...faults]);
  return linked;
}

function chooseName({ fields, name: given }: MakeManifestOptions, findings: FileFindings): string | undefined {
  const own = fields.name === undefined ? undefined : mapName(fields.name);
  if (own !== undefined) {
    if (own !== fields.name) findings.warning('name-mapped', `the plugin is called "${own}" here`);
    return own;
  }
  const other = given === undefined ? undefined : mapName(given);
  const shown = fields.name === undefined ? 'nothing' : `"${printable(fields.name, 80)}"`;
  if (other === undefined)
    findings.error('name-invalid', `expected letters, digits, - and _ as the name, got ${shown}`);
  else findings.warning('name-mapped', `the plugin is called "${other}" here; its own name is ${shown}`);
  return other;
}

function chooseVersion({ fields, revision, tree }: MakeManifestOptions, findings: FileFindings): string {
  const { version } = fields;
  const mapped = version === undefined ? undefined : mapVersion(version);
  if (mapped !== undefined) {
    if (mapped !== version)
      findings.warning('version-mapped', `"${printable(version ?? '', 80)}" counts as ${mapped} here`);
    return mapped;
  }
  const made = versionOfRevision(revision ?? tree.digest);
  const got =
    version === undefined ? 'it has none' : `"${printable(version, 80)}" is none of two or three groups of digits`;
  findings.warning('version-made', `the version ${made} stands for the revision, since ${got}`);
  return made;
}

function clean(
  key: 'description' | 'author' | 'license',
  text: string | undefined,
  findings: FileFindings,
): string | undefined {
  if (text === undefined) return undefined;
  const mapped = mapText(text, PUBLISH_LIMITS[key]);
  if (mapped !== text.trim() && mapped !== mapText(text, Number.MAX_SAFE_INTEGER))
    findings.warning('text-cut', `the ${key} is cut after ${PUBLISH_LIMITS[key]} characters`);
  return mapped === '' ? undefined : mapped;
}

function cleanKeywords(keywords: readonly string[] | undefined, findings: FileFindings): readonly string[] | undefined {
  if (keywords === undefined) return undefined;
  if (keywords.length > PUBLISH_LIMITS.items)
    findings.warning('list-cut', `the keywords are cut after ${PUBLISH_LIMITS.items} items`);
  const texts = keywords.slice(0, PUBLISH_LIMITS.items).map((keyword) => mapText(keyword, PUBLISH_LIMITS.item));
  return texts.filter((text) => text !== '');
}

/** An address that a manifest may not hold is left out: nothing depends on it. */
function takeLinks(manifest: PluginManifest, fields: ForeignFields, findings: FileFindings): PluginManifest {
  let taken = manifest;
  for (const key of ['homepage', 'repository'] as const) {
    const url = fields[key];
    if (url === undefined) continue;
    const candidate = createManifest({ ...taken, [key]: url });
    if (checkPublishable(candidate).length === 0) taken = candidate;
    else findings.warning('url-invalid', `the ${key} is left out: expected an http or https URL without credentials`);
  }
  return taken;
}
