import type { Finding } from '@agentmesh/errors';
import { canonicalJson } from './canonical-json.js';
import { checkPublishedDependencies } from './check-published-dependencies.js';
import { checkPublishedText } from './check-published-text.js';
import { isExtensionKey } from './is-extension-key.js';
import { isSafeEntry } from './is-safe-entry.js';
import { isVersion } from './is-version.js';
import { isWebUrl } from './is-web-url.js';
import type { PluginManifest } from './plugin-manifest.js';
import { isPluginName } from './plugin-name.js';
import { createProblems, type Problems } from './problems.js';
import { PUBLISH_LIMITS } from './publish-limits.js';

/**
 * What keeps a manifest from being published or installed: the right column of the table in formats.md, and the limits
 * and formats of our own fields. Empty when nothing does. Whether a name or version is taken is the registry's to say.
 */
export function checkPublishable(manifest: PluginManifest): readonly Finding[] {
  const problems = createProblems();
  checkIdentity(manifest, problems);
  checkTexts(manifest, problems);
  checkLists(manifest, problems);
  checkPublishedDependencies(manifest, problems);
  checkLinks(manifest, problems);
  checkCode(manifest, problems);
  checkExtensions(manifest, problems);
  return problems.findings;
}

function checkIdentity({ name, version, min_agentmesh_version: minimum }: PluginManifest, problems: Problems): void {
  if (!isPluginName(name)) {
    const message = 'expected 1–128 of a–z, 0–9, - and _, a letter or digit first, no device name of Windows';
    problems.error('name-not-portable', 'name', message);
  }
  checkVersion(version, 'version', problems);
  if (minimum !== null) checkVersion(minimum, 'min_agentmesh_version', problems);
}

function checkVersion(version: string, path: string, problems: Problems): void {
  if (!isVersion(version)) problems.error('version-invalid', path, 'expected MAJOR.MINOR or MAJOR.MINOR.PATCH');
  else if (/(?:^|\.)0[0-9]/.test(version)) problems.error('version-leading-zero', path, 'expected no leading zeros');
  if (version.length > PUBLISH_LIMITS.version) {
    problems.error('text-too-long', path, `expected at most ${PUBLISH_LIMITS.version} characters`);
  }
}

function checkTexts(manifest: PluginManifest, problems: Problems): void {
  const { description, author, organization, license } = PUBLISH_LIMITS;
  checkPublishedText(manifest.description, 'description', { max: description, multiline: true }, problems);
  checkPublishedText(manifest.author, 'author', { max: author }, problems);
  checkPublishedText(manifest.organization ?? '', 'organization', { max: organization }, problems);
  checkPublishedText(manifest.license ?? '', 'license', { max: license }, problems);
}

function checkLists(manifest: PluginManifest, problems: Problems): void {
  const { items, item, dependency } = PUBLISH_LIMITS;
  const lists: [string, readonly string[], number][] = [
    ['capabilities', manifest.capabilities, item],
    ['dependencies', manifest.dependencies, dependency],
    ['keywords', manifest.keywords ?? [], item],
  ];
  for (const [key, list, max] of lists) {
    if (list.length > items) problems.error('list-too-long', key, `expected at most ${items} items`);
    list.forEach((text, index) => {
      checkPublishedText(text, `${key}[${index}]`, { max }, problems);
    });
  }
}

function checkLinks(manifest: PluginManifest, problems: Problems): void {
  for (const key of ['homepage', 'repository', 'artifact_url'] as const) {
    const url = manifest[key] ?? undefined;
    if (url === undefined) continue;
    checkPublishedText(url, key, { max: PUBLISH_LIMITS.url }, problems);
    if (!isWebUrl(url)) problems.error('url-invalid', key, 'expected an http or https URL without credentials');
  }
}

function checkCode(manifest: PluginManifest, problems: Problems): void {
  const { entry, content_digest: digest, artifact_sha256: sha256, engine, runtime } = manifest;
  if (entry !== undefined) {
    checkPublishedText(entry, 'entry', { max: PUBLISH_LIMITS.entry }, problems);
    if (!isSafeEntry(entry)) problems.error('entry-unsafe', 'entry', 'expected a relative path inside the plugin');
  }
  if (digest !== undefined && !/^h1:[A-Za-z0-9+/]{43}=$/.test(digest)) {
    problems.error('digest-invalid', 'content_digest', 'expected h1: and the base64 of 32 bytes');
  }
  if (sha256 !== null && !/^[0-9A-Fa-f]{64}$/.test(sha256)) {
    problems.error('digest-invalid', 'artifact_sha256', 'expected 64 hexadecimal digits');
  }
  if (engine !== undefined && runtime !== undefined && runtime !== 'javascript') {
    problems.error('engine-unused', 'engine', `runtime ${runtime} has no choice of engine`);
  }
}

function checkExtensions(manifest: PluginManifest, problems: Problems): void {
  const { extensions, extensionKey, extensionValue } = PUBLISH_LIMITS;
  const keys = Object.keys(manifest).filter(isExtensionKey);
  if (keys.length > extensions) problems.error('list-too-long', 'x-…', `expected at most ${extensions} keys with x-`);
  for (const key of keys) {
    if (!/^x-[A-Za-z0-9_.-]+$/.test(key) || key.length > extensionKey) {
      problems.error('extension-key', key, `expected x- and at most ${extensionKey} letters, digits, -, _ and .`);
    }
    if (canonicalJson(manifest[key] ?? null).length > extensionValue) {
      problems.error('text-too-long', key, `expected at most ${extensionValue} characters of JSON`);
    }
  }
}
