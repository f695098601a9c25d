/** Type-checks every TypeScript example of every README, each as a module of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, '.results', 'readme');
const EXAMPLE = /^```ts\n(.*?)^```/gms;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const examples = ['.', ...packages('packages'), ...packages('apps')]
  .map(writeExamples)
  .reduce((sum, count) => sum + count, 0);
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration()));
const { status } = spawnSync('pnpm', ['exec', 'tsc', '-p', folder], { cwd: root, stdio: 'inherit' });
process.stdout.write(`${examples} examples checked\n`);
process.exitCode = status === 0 && examples > 0 ? 0 : 1;

function packages(parent: string): string[] {
  return readdirSync(join(root, parent)).map((name) => join(parent, name));
}

/** Writes the examples of one README as modules, named after where they stand; answers how many. */
function writeExamples(path: string): number {
  const readme = join(root, path, 'README.md');
  if (!existsSync(readme)) return 0;
  const found = [...readFileSync(readme, 'utf8').matchAll(EXAMPLE)];
  found.forEach(([, code = ''], index) => {
    writeFileSync(join(folder, `${path.replaceAll(/[./]/g, '_')}-${index + 1}.ts`), `${code}\nexport {};\n`);
  });
  return found.length;
}

function configuration(): object {
  return {
    extends: '../../tsconfig.test.json',
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: {
        '@agentmesh/manifest/modules': ['../../packages/manifest/src/modules.ts'],
        '@agentmesh/sandbox/testing': ['../../packages/sandbox/src/testing/index.ts'],
        '@agentmesh/*': ['../../packages/*/src/index.ts'],
      },
    },
    include: ['*.ts'],
  };
}
