import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MarketplaceError } from '@agentmesh/errors';
import type { FetchContext, FetchedPlugin, FetchProgress, SourceResolver } from '@agentmesh/resolver';

/** Ways in which {@link createFakeResolver} can be wrong; without any it keeps the contract. */
export interface ResolverFaults {
  readonly scheme?: string;
  readonly name?: string;
  readonly resolved?: (spec: string) => string;
  readonly revision?: string;
  readonly oneFile?: boolean;
  readonly litter?: boolean;
  readonly litterOnFailure?: boolean;
  readonly keepsPartial?: boolean;
  readonly answersPartial?: boolean;
  readonly progressBackwards?: boolean;
  readonly missing?: () => unknown;
  readonly syntaxCode?: string;
  readonly touchesFirst?: boolean;
  readonly acceptsAll?: boolean;
  readonly miscounts?: boolean;
  readonly ignoresFiles?: boolean;
  readonly ignoresBytes?: boolean;
  readonly ignoresSignal?: boolean;
  readonly hangsOnAbort?: boolean;
  readonly sharesState?: boolean;
  readonly failsTogether?: boolean;
  readonly countsAtEnd?: boolean;
  readonly unpacksBombs?: boolean;
  readonly leavesWork?: boolean;
  readonly ignoresPinned?: boolean;
  readonly asksFirst?: boolean;
  readonly pinsNothing?: boolean;
  readonly writesSecret?: boolean;
  readonly answersSecret?: boolean;
  readonly throwsUpstream?: boolean;
  readonly oneCode?: string;
}

/** What the fake's upstream sees. */
export const upstream = { asked: 0, active: 0 };

const FILES = Array.from({ length: 12 }, (_, index) => `file-${index}.txt`);
export const SECRET = 'hunter2-and-more';

const released = Promise.withResolvers<void>();
const hanging: string[] = [];

function hang(target: string): Promise<void> {
  hanging.push(target);
  return released.promise;
}

/** Lets every fetch that hangs go on; answers their targets, which the checks remove then. */
export function releaseHanging(): readonly string[] {
  released.resolve();
  return hanging;
}

/** A resolver of scheme `fake` that knows `one` and `two` and writes a dozen files for each, one after the other. */
export function createFakeResolver(faults: ResolverFaults = {}): SourceResolver {
  const state = { spec: '', failed: false };
  return {
    scheme: faults.scheme ?? 'fake',
    fetch: async (spec, target, context) => {
      if (faults.touchesFirst) await mkdir(join(target, 'early'));
      if (faults.asksFirst) upstream.asked += 1;
      if (!faults.acceptsAll) checkSpec(spec, faults);
      const moves = spec === 'latest' || faults.pinsNothing;
      if (context.pinned === 'required' && moves && !faults.ignoresPinned) throw refusal('SOURCE_UNPINNED');
      upstream.asked += 1;
      if (!faults.ignoresSignal) context.signal.throwIfAborted();
      try {
        return await fill({ spec, target, context, faults, state });
      } catch (error) {
        state.failed = true;
        if (!faults.keepsPartial) await rm(target, { recursive: true, force: true });
        if (faults.hangsOnAbort) await hang(target);
        throw error;
      }
    },
  };
}

function checkSpec(spec: string, faults: ResolverFaults): void {
  if (/^[a-z]{1,20}$/.test(spec)) return;
  throw new MarketplaceError('Expected a word', { code: faults.syntaxCode ?? 'SOURCE_SYNTAX' });
}

interface Filling {
  readonly spec: string;
  readonly target: string;
  readonly context: FetchContext;
  readonly faults: ResolverFaults;
  readonly state: { spec: string; failed: boolean };
}

async function fill(filling: Filling): Promise<FetchedPlugin> {
  const { spec, target, context, faults, state } = filling;
  if (spec in TRANSFERS) return TRANSFERS[spec as keyof typeof TRANSFERS](filling);
  if (spec !== 'one' && spec !== 'two' && !faults.acceptsAll) throw missing(faults);
  state.spec = spec;
  const stray = `${target}.part`;
  if (faults.litter || faults.litterOnFailure) await writeFile(stray, '');
  let bytes = 0;
  for (const [index, file] of FILES.entries()) {
    if (faults.oneFile && index > 0) break;
    if (faults.failsTogether && state.failed) throw new MarketplaceError('x', { code: 'FETCH_FAILED' });
    if (faults.answersPartial && context.signal.aborted) break;
    if (!faults.ignoresSignal) context.signal.throwIfAborted();
    const content = `${faults.sharesState ? state.spec : spec} ${index}`;
    bytes += content.length;
    checkLimits(bytes, index + 1, context, faults);
    await writeFile(join(target, file), content);
    context.onProgress?.(progressOf(bytes, index + 1, faults));
  }
  if (!faults.ignoresSignal && !faults.answersPartial) context.signal.throwIfAborted();
  if (faults.litterOnFailure) await rm(stray, { force: true });
  if (faults.writesSecret) await writeFile(join(target, 'config'), `token = ${SECRET}`);
  if (faults.answersSecret) return { name: spec, resolved: `fake://${spec}`, revision: SECRET };
  const answer = { name: faults.name ?? spec, resolved: faults.resolved?.(spec) ?? `fake://${spec}` };
  return faults.revision === undefined ? answer : { ...answer, revision: faults.revision };
}

const MIB = 1024 * 1024;

/** Sources that go wrong, by their spec. */
const TRANSFERS = {
  large: async ({ context, faults }: Filling): Promise<FetchedPlugin> => {
    for (let bytes = MIB; bytes <= 12 * MIB; bytes += MIB) {
      if (bytes > context.limits.maxBytes && !faults.ignoresBytes && !faults.countsAtEnd) break;
      context.onProgress?.({ bytes, files: 0 });
    }
    if (faults.ignoresBytes) return { name: 'large', resolved: 'fake://large' };
    throw refusal('FETCH_TOO_LARGE');
  },
  many: async ({ context, faults }: Filling): Promise<FetchedPlugin> => {
    for (let files = 1; files <= 1_200; files += 1) {
      if (files > context.limits.maxFiles && !faults.countsAtEnd) break;
      context.onProgress?.({ bytes: files, files });
    }
    throw refusal('FETCH_TOO_LARGE');
  },
  bomb: async ({ faults }: Filling): Promise<FetchedPlugin> => {
    if (faults.unpacksBombs) return { name: 'bomb', resolved: 'fake://bomb' };
    throw refusal('FETCH_TOO_LARGE');
  },
  slow: async ({ context, faults }: Filling): Promise<FetchedPlugin> => {
    const counted = faults.ignoresSignal ? 0 : 1;
    upstream.active += counted;
    try {
      const signal = faults.ignoresSignal ? undefined : context.signal;
      await sleep(faults.ignoresSignal ? 2_000 : 60_000, undefined, { ...(signal && { signal }) });
      throw refusal('FETCH_FAILED');
    } finally {
      if (!faults.leavesWork) upstream.active -= counted;
    }
  },
  failing: async ({ faults }: Filling): Promise<FetchedPlugin> => {
    throw faults.throwsUpstream ? new Error(`500: ${SECRET}`) : refusal('FETCH_FAILED');
  },
  refused: async ({ faults }: Filling): Promise<FetchedPlugin> => {
    throw refusal(faults.oneCode ?? 'SOURCE_UNAUTHORIZED');
  },
  hidden: async ({ faults }: Filling): Promise<FetchedPlugin> => {
    throw refusal(faults.oneCode ?? 'SOURCE_NOT_FOUND');
  },
};

function refusal(code: string): MarketplaceError {
  return new MarketplaceError('Refused', { code });
}

function missing(faults: ResolverFaults): unknown {
  return faults.missing?.() ?? new MarketplaceError('Not there', { code: 'SOURCE_NOT_FOUND' });
}

function checkLimits(bytes: number, files: number, { limits }: FetchContext, faults: ResolverFaults): void {
  const tooManyFiles = faults.miscounts ? files >= limits.maxFiles : files > limits.maxFiles;
  if ((!faults.ignoresFiles && tooManyFiles) || (!faults.ignoresBytes && bytes > limits.maxBytes)) {
    throw new MarketplaceError('Too much', { code: 'FETCH_TOO_LARGE' });
  }
}

function progressOf(bytes: number, files: number, faults: ResolverFaults): FetchProgress {
  return faults.progressBackwards ? { bytes: 1_000 - bytes, files } : { bytes, files };
}
