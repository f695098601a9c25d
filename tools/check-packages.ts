/** Checks each publishable package as npm would ship it: publint in strict mode, types as an ESM user resolves them, and its papers. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folders = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
);
const failures = folders.flatMap(checkPackage);

for (const failure of failures) process.stderr.write(`${failure}\n`);
process.stdout.write(`${folders.length} packages checked, ${failures.length} problems\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

function checkPackage(folder: string): string[] {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const problems = existsSync(join(folder, 'README.md')) ? [] : [`${name}: README.md is missing`];
  const packed = mkdtempSync(join(tmpdir(), 'agentmesh-pack-'));
  try {
    if (run('pnpm', ['pack', '--pack-destination', packed], folder) !== 0) return [`${name}: cannot be packed`];
    const archive = join(packed, readdirSync(packed)[0] ?? '');
    if (run('pnpm', ['exec', 'publint', 'run', archive, '--strict'], root) !== 0) problems.push(`${name}: publint`);
    if (exports['.'] !== undefined && !typesResolve(archive)) problems.push(`${name}: types do not resolve`);
    return problems;
  } finally {
    rmSync(packed, { recursive: true });
  }
}

function typesResolve(archive: string): boolean {
  return run('pnpm', ['exec', 'attw', archive, '--profile', 'esm-only', '--format', 'ascii'], root) === 0;
}

function run(file: string, args: readonly string[], cwd: string): number | null {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
  return status;
}
