import { notFound, unexpected } from './clawhub-error.js';
import { isExactVersion } from './parse-clawhub-spec.js';

/** A skill, as far as a fetch cares (`SkillResponse` of the API). */
export interface Skill {
  /** Handle of its owner; undefined where the server does not say. */
  readonly owner: string | undefined;
  /** Undefined for a skill without any version. */
  readonly latest: string | undefined;
  /** Versions by tag. */
  readonly tags: ReadonlyMap<string, string>;
  /** True when moderation took it off for malware. */
  readonly blocked: boolean;
}

/** A file of a version. */
export interface ListedFile {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Where a skill lies that ClawHub does not store itself (`GitHubSkillDownloadHandoff`). */
export interface Handoff {
  readonly repo: string;
  readonly commit: string;
  /** Folder in the repository; empty for its root. */
  readonly path: string;
}

type Answer = Readonly<Record<string, unknown>>;

const SHA256 = /^[0-9a-f]{64}$/i;
const REPO = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** @throws MarketplaceError `SOURCE_NOT_FOUND` when the answer has no skill; `FETCH_FAILED` for another one */
export function readSkill(answer: Answer, slug: string): Skill {
  const skill = part(answer.skill);
  if (skill === undefined) throw notFound(`ClawHub has no skill "${slug}"`);
  if (skill.slug !== slug) throw unexpected('another skill than it was asked for');
  const tags = Object.entries(part(skill.tags) ?? {}).flatMap(([tag, version]): [string, string][] =>
    typeof version === 'string' ? [[tag, version]] : [],
  );
  return {
    owner: text(part(answer.owner)?.handle),
    latest: text(part(answer.latestVersion)?.version),
    tags: new Map(tags),
    blocked: part(answer.moderation)?.isMalwareBlocked === true,
  };
}

/** @throws MarketplaceError `SOURCE_NOT_FOUND` when the answer has no version; `FETCH_FAILED` for another one, or a malformed list */
export function readVersion(
  answer: Answer,
  asked: { readonly slug: string; readonly version: string },
): readonly ListedFile[] | undefined {
  const version = part(answer.version);
  if (version === undefined) throw notFound(`ClawHub has no version ${asked.version} of "${asked.slug}"`);
  if (version.version !== asked.version) throw unexpected('another version than it was asked for');
  if (version.files === undefined) return undefined;
  if (!Array.isArray(version.files)) throw unexpected('a list of files that is none');
  return version.files.map(readFile);
}

/** Undefined for what does not say where the skill is. */
export function readHandoff(answer: Answer): Handoff | undefined {
  const [repo, commit, path] = [text(answer.repo), text(answer.commit), text(answer.path)];
  if (answer.sourceRef !== 'public-github' || repo === undefined || commit === undefined) return undefined;
  if (!REPO.test(repo) || !COMMIT.test(commit)) return undefined;
  return { repo, commit, path: (path ?? '').replace(/^(?:\.?\/)+|^\.$|\/+$/g, '') };
}

/** @throws MarketplaceError `FETCH_FAILED` when a server calls something a version that is none */
export function checkVersion(version: string): string {
  if (!isExactVersion(version)) throw unexpected('a version that is none');
  return version;
}

function readFile(value: unknown): ListedFile {
  const { path, sha256 } = part(value) ?? {};
  if (typeof path !== 'string' || typeof sha256 !== 'string' || !SHA256.test(sha256)) {
    throw unexpected('a file without path and sha256');
  }
  return { path, sha256: sha256.toLowerCase() };
}

function part(value: unknown): Answer | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
