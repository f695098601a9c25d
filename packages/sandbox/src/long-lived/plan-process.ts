import { realpath, stat } from 'node:fs/promises';
import { printable } from '@agentmesh/errors';
import type { BoxLimits, Driver, Program } from '../drivers/driver.js';
import type { IsolationLevel } from '../isolation/isolation.js';
import { effectivePermissions } from '../permissions/effective-permissions.js';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { FrameLimits } from '../protocol/frame-decoder.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import type { PluginSandboxOptions } from '../sandbox-options.js';
import type { Setup } from '../setup.js';
import type { VerifiedTree } from '../verify-tree.js';
import { processProgram } from './process-program.js';
import { resolveCommand } from './resolve-command.js';
import { snapshotTree } from './snapshot-tree.js';
import { PLUGIN_DATA, PLUGIN_ROOT, type StartRequest, startText } from './start-request.js';

const DATA_BYTES = 64 * 1024 * 1024;

/** A process that is ready to be started. */
export interface ProcessPlan {
  readonly driver: Driver;
  readonly isolation: IsolationLevel;
  readonly program: Program;
  readonly limits: BoxLimits;
  /** What its memory is watched for, in bytes: the budget and what the interpreter holds. */
  readonly watchedBytes: number;
  /** Of standard error, in bytes, waiting to be read. */
  readonly stderrBytes: number;
  /** Hosts that it may send requests to, through this host. */
  readonly net: readonly string[];
  readonly fetchLimits: FrameLimits;
  /** Removes what was made for it. */
  cleanUp(): Promise<void>;
}

/** What {@link planProcess} plans with. */
export interface ProcessContext {
  readonly setup: Setup;
  readonly options: PluginSandboxOptions;
  readonly limits: SandboxLimits;
}

/**
 * Decides what a verified plugin's process runs in and with.
 *
 * @throws PluginSandboxError `PERMISSION_REFUSED`, `SANDBOX_INVALID_CALL`, `SANDBOX_UNAVAILABLE`
 */
export async function planProcess(
  request: StartRequest,
  tree: VerifiedTree,
  { setup, options, limits }: ProcessContext,
): Promise<ProcessPlan> {
  const text = startText(request);
  const { interpreter, before } = await resolveCommand(request.command, tree);
  const isolation = setup.levelFor(interpreter === 'node' ? 'node' : 'python', tree.manifest.name);
  const driver = setup.driverFor(isolation);
  if (driver.id !== 'bwrap') throw noBox(tree.manifest.name, isolation);
  const { permissions: asked } = tree.manifest;
  const granted = options.grants === undefined ? asked : await options.grants(tree);
  const { env = {}, workspaceDir, nodePath = process.execPath, pythonPath } = options;
  const permissions = await effectivePermissions(asked, granted, { limits, env, workspaceDir });
  const { memoryBytes } = permissions;
  const args = [...before, ...text.args];
  const net = interpreter === 'node' ? permissions.net : [];
  const fetchBytes = net.length > 0 ? limits.fetchRequestBytes : undefined;
  const { baseBytes, ...program } = await processProgram({
    ...{ interpreter, args, memoryBytes },
    nodePath,
    pythonPath,
    fetchBytes,
  });
  const folders = { PLUGIN_ROOT, PLUGIN_DATA };
  const data = { host: await dataFolder(request.dataDir), bytes: request.dataBytes ?? DATA_BYTES };
  const snapshot = await snapshotTree(tree);
  return {
    driver,
    isolation,
    program,
    watchedBytes: memoryBytes + baseBytes,
    stderrBytes: limits.logBytesKept,
    net,
    fetchLimits: limits,
    cleanUp: snapshot.remove,
    limits: {
      cpuMs: request.cpuMs,
      descriptors: limits.descriptors,
      threads: limits.threads,
      memoryBytes,
      reads: [{ host: snapshot.root, inside: PLUGIN_ROOT }, ...permissions.reads],
      data,
      cwd: text.cwd,
      env: { ...permissions.env, ...text.env, ...folders },
    },
  };
}

async function dataFolder(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined && (await stat(real)).isDirectory()) return real;
  throw new PluginSandboxError(`There is no data folder ${printable(path)}`, {
    code: 'SANDBOX_INVALID_CALL',
    hint: 'Make it first, one for each plugin, or leave dataDir out.',
  });
}

function noBox(plugin: string, level: IsolationLevel): PluginSandboxError {
  const message = `A server of plugin ${plugin} needs a box with a file system of its own, and ${level} is what there is`;
  const hint = 'Long-lived processes run on Linux with bubblewrap; there is no lesser level for them.';
  return new PluginSandboxError(message, { code: 'SANDBOX_UNAVAILABLE', hint });
}
