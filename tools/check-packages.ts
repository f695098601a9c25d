/** Checks each publishable package as npm would ship it: publint in strict mode, types as an ESM user resolves them, and its papers. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folders = ['packages', 'apps'].flatMap((parent) =>
  readdirSync(join(root, parent)).map((name) => join(root, parent, name)),
);
const left = [...folders];
const failures: string[] = [];
await Promise.all(Array.from({ length: availableParallelism() }, checkSome));

for (const failure of failures) process.stderr.write(`${failure}\n`);
process.stdout.write(`${folders.length} packages checked, ${failures.length} problems\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function checkSome(): Promise<void> {
  for (let folder = left.shift(); folder !== undefined; folder = left.shift()) {
    failures.push(...(await checkPackage(folder)));
  }
}

async function checkPackage(folder: string): Promise<string[]> {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const problems = existsSync(join(folder, 'README.md')) ? [] : [`${name}: README.md is missing`];
  const packed = mkdtempSync(join(tmpdir(), 'agentmesh-pack-'));
  try {
    if (!(await isFine('pnpm', ['pack', '--pack-destination', packed], folder))) return [`${name}: cannot be packed`];
    const archive = join(packed, readdirSync(packed)[0] ?? '');
    if (!(await isFine(bin('publint'), ['run', archive, '--strict'], root))) problems.push(`${name}: publint`);
    if (exports['.'] !== undefined && !(await typesResolve(archive))) problems.push(`${name}: types do not resolve`);
    return problems;
  } finally {
    rmSync(packed, { recursive: true });
  }
}

function typesResolve(archive: string): Promise<boolean> {
  return isFine(bin('attw'), [archive, '--profile', 'esm-only', '--format', 'ascii'], root);
}

/** Called as it is: to go through pnpm takes longer than the check. */
function bin(name: string): string {
  return join(root, 'node_modules/.bin', name);
}

function isFine(file: string, args: readonly string[], cwd: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error !== null) process.stderr.write(`${stdout}${stderr}`);
      resolve(error === null);
    });
  });
}
