import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_BLOCKED_MODULES } from '@agentmesh/manifest';
import type { Engine, PluginSource, PreparedPlugin } from './engine.js';
import type { PythonInstallation } from './find-python.js';

/** The guest's program. It is shipped as it is written, so the built package finds it where the sources are, too. */
const GUEST_FOLDER = fileURLToPath(new URL('../../src/guest/python/', import.meta.url));
const MAX_CALLS = 1000;
const DATA_BYTES = 32 * 1024 * 1024;
/** Threads have stacks and heaps that are reserved and hardly used. */
const ADDRESS_BYTES = 2 * 1024 * 1024 * 1024;
/** Isolated, no site module, nothing written beside sources, UTF-8 whatever the locale. */
const OPTIONS = ['-I', '-S', '-B', '-X', 'utf8'];
/** Signals are kept from other processes by the guest itself on Linux, elsewhere by the box. */
const CHECKS = ['empty-environment', 'no-processes', ...(process.platform === 'linux' ? ['no-signals'] : [])];

/** Python, each call in a forked child of a process that has loaded what plugins commonly import. */
export function createPythonEngine({ file, version, library, libraryFolder }: PythonInstallation): Engine {
  const name = `python${version}`;
  return {
    id: 'python',
    capabilities: {
      runtimes: ['python'],
      levels: ['process', 'os-basic', 'os-strict'],
      extensions: ['.py'],
      reuse: 'any',
      maxCalls: MAX_CALLS,
      checks: CHECKS,
    },
    forks: true,
    dataBytes: DATA_BYTES,
    addressBytes: ADDRESS_BYTES,
    prepare,
    command(place) {
      // Python finds its library by where its binary is.
      place(library, `/agentmesh/python/${libraryFolder}/${name}`);
      const guest = place(GUEST_FOLDER, '/agentmesh/guest');
      const program = join(guest, 'fork_server.py');
      return {
        file: place(file, `/agentmesh/python/bin/${name}`),
        args: [...OPTIONS, program, ALL_BLOCKED_MODULES.join(',')],
        env: {},
      };
    },
  };
}

function prepare(source: PluginSource): PreparedPlugin {
  const files = source.files.map(({ path, text }) => ({ path, text, format: 'python' }));
  return { entry: source.entry, files, builtins: [] };
}
