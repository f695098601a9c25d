import type { Downloader } from '@agentmesh/download';
import { isMarketplaceError } from '@agentmesh/errors';
import type { FetchContext } from '@agentmesh/resolver';
import { type Handoff, type ListedFile, readHandoff, readSkill, readVersion, type Skill } from './clawhub-answers.js';
import { notFound } from './clawhub-error.js';
import { parseAnswer } from './parse-answer.js';

const MAX_ANSWER_BYTES = 8 * 1_048_576;
const MAX_HANDOFF_BYTES = 65_536;

/** The parts of ClawHub's HTTP API v1 that a fetch needs. */
export interface ClawhubApi {
  /** `GET /api/v1/skills/{slug}`. Throws `SOURCE_NOT_FOUND`. */
  getSkill(slug: string): Promise<Skill>;
  /** The files of a version as `GET /api/v1/skills/{slug}/versions/{version}` lists them; undefined where it lists none. Throws `SOURCE_NOT_FOUND`. */
  getFiles(slug: string, version: string): Promise<readonly ListedFile[] | undefined>;
  /** What `GET /api/v1/download` answers for a skill that lies at GitHub; undefined for any other answer. */
  findHandoff(slug: string, version: string): Promise<Handoff | undefined>;
  /** Where the archive of a version is. */
  archiveUrl(slug: string, version: string): URL;
}

/** Speaks to the server at `base`, for one fetch. */
export function createApi(downloader: Downloader, base: URL, context: FetchContext): ClawhubApi {
  const { signal, limits } = context;
  const get = async (url: URL, maxBytes = MAX_ANSWER_BYTES): Promise<Uint8Array> => {
    const headers = { accept: 'application/json' };
    return (await downloader.download({ url, signal, headers, timeoutMs: limits.timeoutMs, maxBytes })).bytes;
  };
  const archiveUrl = (slug: string, version: string): URL => {
    const url = new URL('api/v1/download', base);
    url.search = new URLSearchParams({ slug, version }).toString();
    return url;
  };
  const skillUrl = (slug: string, rest = ''): URL => new URL(`api/v1/skills/${encodeURIComponent(slug)}${rest}`, base);
  return {
    archiveUrl,
    getSkill: async (slug) => {
      const answer = await orMissing(get(skillUrl(slug)), `ClawHub has no skill "${slug}", or does not show it`);
      return readSkill(parseAnswer(answer), slug);
    },
    getFiles: async (slug, version) => {
      const path = `/versions/${encodeURIComponent(version)}`;
      const missing = `ClawHub has no version ${version} of "${slug}"`;
      const answer = await orMissing(get(skillUrl(slug, path)), missing);
      return readVersion(parseAnswer(answer), { slug, version });
    },
    findHandoff: async (slug, version) => {
      const bytes = await get(archiveUrl(slug, version), MAX_HANDOFF_BYTES);
      return bytes[0] === OPENING_BRACE ? readHandoff(parseAnswer(bytes)) : undefined;
    },
  };
}

const OPENING_BRACE = 0x7b;

async function orMissing<T>(work: Promise<T>, message: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isMarketplaceError(error) && error.code === 'SOURCE_NOT_FOUND' ? notFound(message) : error;
  }
}
