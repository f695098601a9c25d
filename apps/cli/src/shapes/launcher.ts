import { fileURLToPath } from 'node:url';
import type { Settings } from '../settings.js';
import type { ShapeSurroundings } from './built-in-shape.js';

/**
 * How a client starts a plugin's server: this very program, by absolute paths, in this project wherever the client
 * itself was started. What a plugin calls its servers comes after the last option.
 */
export function launcher({ workspaceDir }: Settings): ShapeSurroundings['launcher'] {
  const program = fileURLToPath(new URL('../../bin/agentmesh.js', import.meta.url));
  return { command: process.execPath, args: [program, 'plugin', 'mcp', 'start', '--project', workspaceDir, '--'] };
}
