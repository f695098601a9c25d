import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
}

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
      if (!faults.acceptsAll) checkSpec(spec, faults);
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

async function fill({ spec, target, context, faults, state }: Filling): Promise<FetchedPlugin> {
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
  const answer = { name: faults.name ?? spec, resolved: faults.resolved?.(spec) ?? `fake://${spec}` };
  return faults.revision === undefined ? answer : { ...answer, revision: faults.revision };
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
