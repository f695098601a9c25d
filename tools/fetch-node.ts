import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path of the Node binary of that version; fetched once from the npm registry into `.tools`. */
export function fetchNode(root: string, version: string): string {
  const folder = join(root, '.tools', `node-${version}`);
  const name = `node-${process.platform}-${process.arch}`;
  const ready = join(folder, 'ready');
  if (!existsSync(ready)) {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status } = spawnSync('npm', ['install', '--prefix', folder, ...flags, `${name}@${version}`], {
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error(`Node ${version} could not be fetched as the npm package ${name}`);
    writeFileSync(ready, '');
  }
  return join(folder, 'node_modules', name, 'bin', 'node');
}
