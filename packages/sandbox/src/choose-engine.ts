import { needsNodeByName } from './engine-choice/needs-node-by-name.js';
import { isNodeGlobal } from './engine-choice/node-only.js';
import type { PreparedPlugin } from './engines/engine.js';
import { PluginSandboxError, type SandboxErrorCode } from './plugin-sandbox-error.js';
import type { GuestAnswer, PluginFrame } from './pool/guest-call.js';
import { FRAME_HEADER_BYTES, FrameKind } from './protocol/frame.js';
import { readError } from './protocol/read-error.js';

const MISSING = /^'?([\w$]+)'? is not defined$/;
const ENDED: ReadonlySet<SandboxErrorCode> = new Set(['SANDBOX_CRASH', 'SANDBOX_MEMORY', 'SANDBOX_TIMEOUT']);

/** What {@link chooseEngine} looks at. */
export interface EngineQuestion {
  /** The plugin as it is made ready for quickjs. */
  readonly plugin: PluginFrame;
  /** Whether it is granted variables of the environment. */
  readonly hasEnv: boolean;
  /** Loads it in a quickjs guest, calls nothing, and gives the guest's answer. */
  load(): Promise<GuestAnswer>;
}

/**
 * What runs a JavaScript plugin of which nothing says it: quickjs, unless it needs what only Node's engine has. It is looked
 * for by name in the plugin's texts and then by loading it. An exception of the plugin's own changes nothing, since it would
 * come in either; one for want of a name that Node has does, and so does syntax that quickjs does not read, and a load that
 * it cannot bear.
 *
 * @throws what `load` throws, but for a guest that ended while loading
 */
export async function chooseEngine({ plugin, hasEnv, load }: EngineQuestion): Promise<'node' | 'quickjs'> {
  // What the host itself made and encoded.
  const prepared: PreparedPlugin = JSON.parse(plugin.bytes.toString('utf8', FRAME_HEADER_BYTES));
  if (await needsNodeByName(prepared, hasEnv)) return 'node';
  try {
    return needsNode(await load()) ? 'node' : 'quickjs';
  } catch (error) {
    if (error instanceof PluginSandboxError && ENDED.has(error.code)) return 'node';
    throw error;
  }
}

function needsNode({ frame }: GuestAnswer): boolean {
  if (frame.kind !== FrameKind.error) return false;
  const answer = readError(frame.body);
  if (answer.kind === 'unsupported') return true;
  if (answer.kind !== 'plugin') return false;
  const { type, message } = answer.error;
  if (type === 'SyntaxError') return true;
  return type === 'ReferenceError' && isNodeGlobal(MISSING.exec(message)?.[1] ?? '');
}
