import { join } from 'node:path';
import { ALLOWED_NODE_MODULES } from '@agentmesh/manifest';
import type { GuestCommand, Place } from '../drivers/driver.js';
import type { Engine } from './engine.js';
import { guestEnvironment } from './guest-environment.js';
import { GUEST_FOLDER } from './guest-folder.js';
import type { NodeFeatures } from './node-features.js';
import { nodeOptions } from './node-options.js';
import { JAVASCRIPT_EXTENSIONS, prepareJavaScript } from './prepare-javascript.js';

const MIB = 1024 * 1024;
/** Where a box has what a call was granted. In a box without a grant nothing is there. */
const GRANTED = ['/workspace', '/scratch'];
const SCRATCH = '/scratch';
/** The stacks of Node's threads. From 24 on V8 reserves 512 MiB for code as if it were data. */
const DATA_BYTES = 72 * MIB;
const CODE_RANGE_BYTES = 512 * MIB;
const CODE_RANGE_SINCE = 24;

/** What a node engine runs with. */
export interface NodeEngineOptions {
  /** The Node binary of guests. */
  readonly nodePath: string;
  readonly memoryBytes: number;
  readonly features: NodeFeatures;
}

/** JavaScript and TypeScript in a Node process of its own, one call a process. */
export function createNodeEngine({ nodePath, memoryBytes, features }: NodeEngineOptions): Engine {
  const { major, knows } = features;
  const guest = (program: string, place: Place): GuestCommand => {
    const folder = place(GUEST_FOLDER, '/agentmesh/guest');
    // Without a file system of its own a box would open the host's folders of these names.
    const isBoxed = folder !== GUEST_FOLDER;
    const readable = [folder, ...(isBoxed ? GRANTED : [])];
    const writable = isBoxed ? [SCRATCH] : [];
    return {
      file: place(nodePath, '/agentmesh/node'),
      args: [...nodeOptions({ readable, writable, memoryBytes, knows }), join(folder, program)],
      env: guestEnvironment(),
    };
  };
  return {
    id: 'node',
    capabilities: {
      runtimes: ['javascript'],
      levels: ['process', 'os-basic', 'os-strict'],
      extensions: JAVASCRIPT_EXTENSIONS,
      reuse: 'never',
      maxCalls: 1,
      checks: ['permission-model', 'no-code-generation', 'empty-environment'],
    },
    dataBytes: DATA_BYTES + (major >= CODE_RANGE_SINCE ? CODE_RANGE_BYTES : 0),
    prepare: (source) => prepareJavaScript(source, ALLOWED_NODE_MODULES),
    command: (place) => guest('start.cjs', place),
    probe: (place) => guest('probe.cjs', place),
  };
}
