import { stat } from 'node:fs/promises';
import { isMarketplaceError } from '@agentmesh/errors';
import type { Composition } from '../compose.js';
import { describeIsolation } from './describe-isolation.js';
import { describeProject } from './describe-project.js';

/** One line of `agentmesh doctor`. */
export interface Diagnosis {
  readonly name: string;
  /** `note`: works, but look at it. */
  readonly state: 'ok' | 'note' | 'problem';
  readonly message: string;
  readonly hint?: string;
}

type Finding = Omit<Diagnosis, 'name'>;

const CHECKS: readonly (readonly [string, (composition: Composition) => Promise<Finding>])[] = [
  ['node', checkNode],
  ['key', checkKey],
  ['trusted keys', checkTrust],
  ['registry', checkRegistry],
  ['sources', checkSources],
  ['git', checkGitProgram],
  ['plugins', checkPlugins],
  ['project', checkProject],
  ['sandbox', checkSandbox],
];

/** Runs every check; one that fails is a problem with its own hint, and does not stop the others. */
export async function diagnose(composition: Composition): Promise<Diagnosis[]> {
  const checks: Diagnosis[] = [];
  for (const [name, check] of CHECKS) checks.push({ name, ...(await check(composition).catch(problem)) });
  return checks;
}

function problem(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  const hint = isMarketplaceError(error) ? error.hint : undefined;
  return { state: 'problem', message, ...(hint === undefined ? {} : { hint }) };
}

async function checkNode(): Promise<Finding> {
  return { state: 'ok', message: `${process.version} on ${process.platform}-${process.arch}` };
}

async function checkKey({ settings }: Composition): Promise<Finding> {
  const file = await statOrUndefined(settings.keyPath);
  if (file === undefined) {
    return { state: 'note', message: 'none yet; the first publish makes one', hint: 'agentmesh key generate' };
  }
  const { loadSigner } = await import('@agentmesh/signing');
  return { state: 'ok', message: `${(await loadSigner(settings.keyPath)).keyId} in ${settings.keyPath}` };
}

async function checkTrust(composition: Composition): Promise<Finding> {
  const keyring = await composition.keyring();
  if (keyring === undefined) {
    return {
      state: 'note',
      message: 'this project trusts no author, so nobody vouches for what it installs',
      hint: 'agentmesh key trust AUTHOR --key FILE',
    };
  }
  const keys = keyring.entries();
  return { state: 'ok', message: `${new Set(keys.map((key) => key.author)).size} authors, ${keys.length} keys` };
}

async function checkRegistry(composition: Composition): Promise<Finding> {
  const { kind, location, shown } = composition.settings.registry;
  if (kind === 'file' && (await statOrUndefined(location)) === undefined) {
    return { state: 'note', message: `none yet at ${shown}; the first publish makes it` };
  }
  const registry = await composition.registry();
  if (kind !== 'file') {
    await registry.searchPage({ limit: 1 });
    return { state: 'ok', message: `${shown} answers` };
  }
  const plugins = await registry.listPlugins();
  return { state: 'ok', message: `${plugins.length} plugins in ${shown}` };
}

async function checkSources(composition: Composition): Promise<Finding> {
  const rows = await (await composition.sources()).list();
  const waiting = rows.filter(({ accepted }) => !accepted).map((row) => row.package);
  const message = rows.flatMap(({ scheme }) => scheme ?? []).join(', ');
  if (waiting.length === 0) return { state: 'ok', message };
  return {
    state: 'note',
    message: `${message}; this project names ${waiting.join(', ')}, which you have not accepted`,
    hint: 'agentmesh source accept',
  };
}

/** Git is needed by some schemes alone, so that its absence is no fault of the set-up. */
async function checkGitProgram({ settings }: Composition): Promise<Finding> {
  const { checkGit } = await import('@agentmesh/resolver-git');
  try {
    const { version } = await checkGit({ searchPath: settings.network.searchPath });
    return { state: 'ok', message: `${version}, for the schemes git, git+ssh and github` };
  } catch (error) {
    if (!isMarketplaceError(error) || error.code !== 'GIT_MISSING') throw error;
    const { state: _, ...found } = problem(error);
    return { state: 'note', ...found };
  }
}

async function checkPlugins(composition: Composition): Promise<Finding> {
  const reports = await (await composition.installed()).verifyInstalled();
  const damaged = reports.filter((report) => !report.intact);
  const refused = reports.find(({ problem }) => problem !== undefined);
  if (damaged.length === 0 && refused?.problem !== undefined) {
    const message = `${refused.name} is not trusted: ${refused.problem.message}`;
    return { state: 'problem', message, hint: `agentmesh plugin uninstall ${refused.name}` };
  }
  if (damaged.length === 0) return { state: 'ok', message: `${reports.length} installed, every byte as it was` };
  const files = damaged.flatMap((report) =>
    report.differences.map(({ path, kind }) => `${report.name}/${path} ${kind}`),
  );
  return { state: 'problem', message: files.join(', '), hint: 'agentmesh plugin install --repair' };
}

async function checkProject(composition: Composition): Promise<Finding> {
  return describeProject(await (await composition.offhand()).inspectProject());
}

async function checkSandbox(composition: Composition): Promise<Finding> {
  const sandbox = await composition.sandbox();
  try {
    return describeIsolation(await sandbox.isolation());
  } finally {
    await sandbox.close();
  }
}

async function statOrUndefined(path: string): Promise<{ size: number } | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
