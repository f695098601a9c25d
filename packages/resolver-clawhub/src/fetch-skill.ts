import type { TreeLimits } from '@agentmesh/artifact';
import type { ContentCache, Downloader, FetchedArchive } from '@agentmesh/download';
import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import type { FetchContext, SourceResolver } from '@agentmesh/resolver';
import { checkFiles } from './check-files.js';
import { checkVersion, type Handoff, type ListedFile, type Skill } from './clawhub-answers.js';
import { type ClawhubApi, createApi } from './clawhub-api.js';
import { notFound, tooMany } from './clawhub-error.js';
import { findKnownArchive, keepKnownArchive } from './known-archive.js';
import { type ClawhubSpec, isExactVersion } from './parse-clawhub-spec.js';

/** One fetch, its spec read. */
export interface SkillFetch {
  readonly downloader: Downloader;
  readonly base: URL;
  readonly cache: ContentCache | undefined;
  readonly github: SourceResolver | undefined;
  readonly limits: Partial<TreeLimits> | undefined;
  readonly spec: ClawhubSpec;
  readonly target: string;
  readonly context: FetchContext;
}

/**
 * Fills the target with a version of a skill.
 *
 * @returns the exact version
 */
export async function fetchSkill(fetch: SkillFetch): Promise<string> {
  const { spec, context } = fetch;
  context.signal.throwIfAborted();
  if (await fetchKnown(fetch)) return spec.version ?? '';
  const api = createApi(fetch.downloader, fetch.base, context);
  const version = pickVersion(await api.getSkill(spec.slug), spec);
  const files = await api.getFiles(spec.slug, version);
  await fetchListed(fetch, { api, version, files });
  return version;
}

/** A version that was fetched before needs no network, as long as the cache has its archive. */
async function fetchKnown(fetch: SkillFetch): Promise<boolean> {
  const { spec, base, cache } = fetch;
  const { owner, slug, version } = spec;
  if (version === undefined || !isExactVersion(version)) return false;
  const known = await findKnownArchive(cache, { base, owner, slug, version });
  // The archive may have been dropped from the cache since; then everything is asked anew.
  if (known === undefined || (await cache?.find(known.archive)) === undefined) return false;
  const api = createApi(fetch.downloader, base, fetch.context);
  const url = api.archiveUrl(slug, version);
  const { tree } = await fetchArchive(fetch, { url, files: known.files, digest: known.archive });
  if (known.files !== undefined) await checkFiles(fetch.target, tree.files, known.files);
  return true;
}

function pickVersion(skill: Skill, { owner, slug, version }: ClawhubSpec): string {
  if (owner !== undefined && skill.owner?.toLowerCase() !== owner.toLowerCase()) {
    throw notFound(`ClawHub's skill "${slug}" is not of "${owner}"`);
  }
  if (skill.blocked) throw notFound(`ClawHub has taken "${slug}" off as malware`);
  if (version !== undefined && isExactVersion(version)) return version;
  const found = version === undefined ? (skill.latest ?? skill.tags.get('latest')) : tagged(skill, version);
  if (found !== undefined) return checkVersion(found);
  throw notFound(`ClawHub's skill "${slug}" has no version ${version === undefined ? 'yet' : `tagged "${version}"`}`);
}

function tagged({ tags, latest }: Skill, tag: string): string | undefined {
  return tags.get(tag) ?? (tag === 'latest' ? latest : undefined);
}

interface ListedVersion {
  readonly api: ClawhubApi;
  readonly version: string;
  readonly files: readonly ListedFile[] | undefined;
}

async function fetchListed(fetch: SkillFetch, { api, version, files }: ListedVersion): Promise<void> {
  const { spec, base, cache, target } = fetch;
  const { owner, slug } = spec;
  try {
    const { tree, sha256 } = await fetchArchive(fetch, { url: api.archiveUrl(slug, version), files });
    if (files !== undefined) await checkFiles(target, tree.files, files);
    await keepKnownArchive(cache, { base, owner, slug, version }, { archive: sha256, files });
  } catch (error) {
    if (!isMarketplaceError(error) || error.code !== 'ARCHIVE_INVALID') throw error;
    const handoff = await api.findHandoff(slug, version);
    if (handoff === undefined) throw error;
    await fetchHandoff(fetch, handoff);
  }
}

interface ListedArchive {
  readonly url: URL;
  readonly files: readonly ListedFile[] | undefined;
  readonly digest?: FetchedArchive['sha256'];
}

async function fetchArchive(fetch: SkillFetch, { url, files, digest }: ListedArchive): Promise<FetchedArchive> {
  const { downloader, target, context, limits = {} } = fetch;
  if (files === undefined) return downloader.fetchArchive({ url, context, digest, limits }, target);
  const maxFiles = Math.min(context.limits.maxFiles, limits.maxFiles ?? context.limits.maxFiles);
  if (files.length > maxFiles) throw tooMany(maxFiles);
  // One more for the note that ClawHub adds: that nothing else is in there is checked afterwards.
  const roomier = { ...context, limits: { ...context.limits, maxFiles: maxFiles + 1 } };
  return downloader.fetchArchive(
    { url, context: roomier, digest, limits: { ...limits, maxFiles: maxFiles + 1 } },
    target,
  );
}

/** The commit proves what comes; how the server made its own hash of it is not published. */
async function fetchHandoff({ github, target, context }: SkillFetch, handoff: Handoff): Promise<void> {
  if (github === undefined) {
    throw new MarketplaceError('ClawHub does not store this skill, GitHub does', {
      code: 'FETCH_FAILED',
      hint: 'Give the resolver of the scheme github, or fetch it from there.',
    });
  }
  const { repo, commit, path } = handoff;
  await github.fetch(`${repo}${path === '' ? '' : `//${path}`}#${commit}`, target, context);
}
