/**
 * Every check of the project in one run: `npm test`. Ends with `N passed, N failed`, tests and other checks counted alike.
 * Words after the command go to vitest alone: `npm test -- packages/manifest` runs that package's tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fetchNode } from './fetch-node.ts';
import { setUpSystemTools } from './system-tools.ts';

interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly failures?: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const OTHER_NODES = ['22.23.3', '26.10.0'];
const PORTABLE_LAYERS = ['errors', 'files', 'artifact', 'manifest', 'signing', 'registry', 'resolver'];
const root = join(import.meta.dirname, '..');
const results = join(root, '.results');

process.exitCode = runAll(process.argv.slice(2)) ? 0 : 1;

function runAll(filters: readonly string[]): boolean {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const missing = setUpSystemTools();
  const outcomes: Outcome[] = missing.map((tool) => failure(`${tool} is not installed`));
  outcomes.push(command('build', ['pnpm', 'exec', 'turbo', 'run', 'build', '--output-logs=errors-only']));
  if (filters.length > 0) outcomes.push(tests('tests', process.execPath, filters));
  else outcomes.push(...everyCheck());
  return summarise(outcomes);
}

function everyCheck(): Outcome[] {
  return [
    command('lint', ['pnpm', 'exec', 'biome', 'ci', '.']),
    command('types', ['pnpm', 'exec', 'tsc', '-p', 'tsconfig.test.json']),
    command('boundaries', ['pnpm', 'exec', 'turbo', 'boundaries']),
    command('leftovers', ['pnpm', 'exec', 'knip']),
    command('packages', [process.execPath, 'tools/check-packages.ts']),
    command('README examples', [process.execPath, 'tools/check-readmes.ts']),
    tests('tests and coverage', process.execPath, ['--coverage']),
    ...OTHER_NODES.map((version) =>
      tests(
        `ground and core on Node ${version}`,
        fetchNode(root, version),
        // What processes do to each other is no matter of the version.
        [...PORTABLE_LAYERS.map((name) => `packages/${name}/`), '--exclude', '**/processes.test.ts'],
      ),
    ),
  ];
}

function command(name: string, [file = '', ...args]: readonly string[]): Outcome {
  const { status, seconds } = run(name, file, args);
  return status === 0 ? { name, passed: 1, failed: 0, skipped: 0, seconds } : { ...failure(name), seconds };
}

function tests(name: string, node: string, args: readonly string[]): Outcome {
  const report = join(results, `${name.replaceAll(' ', '-')}.json`);
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status, seconds } = run(name, node, [vitest, 'run', ...reporters, ...args]);
  const counted = readReport(report);
  const failed = counted.failed === 0 && status !== 0 ? 1 : counted.failed;
  return { name, ...counted, failed, seconds };
}

function readReport(path: string): Pick<Outcome, 'passed' | 'failed' | 'skipped' | 'failures'> {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests,
      failures: failuresOf(report),
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** What failed, each with the beginning of its message: the end of a long log is what people see first. */
function failuresOf(report: Report): string[] {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const file = relative(root, name);
    if (failed.length === 0 && status === 'failed') return [`${file}\n${beginning(message)}`];
    return failed.map((test) => `${file} > ${test.fullName}\n${beginning(test.failureMessages.join('\n'))}`);
  });
}

function beginning(message: string): string {
  const lines = stripVTControlCharacters(message).split('\n').slice(0, 12);
  return lines.map((line) => `    ${line.slice(0, 200)}`).join('\n');
}

function run(name: string, file: string, args: readonly string[]): { status: number | null; seconds: number } {
  process.stdout.write(`\n── ${name}\n`);
  const started = performance.now();
  const { status } = spawnSync(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return { status, seconds: (performance.now() - started) / 1000 };
}

function failure(name: string): Outcome {
  return { name, passed: 0, failed: 1, skipped: 0, seconds: 0 };
}

function summarise(outcomes: readonly Outcome[]): boolean {
  process.stdout.write('\n');
  for (const { name, passed, failed, skipped, seconds } of outcomes) {
    const skips = skipped === 0 ? '' : `, ${skipped} skipped`;
    process.stdout.write(
      `${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed${skips} (${seconds.toFixed(1)} s)\n`,
    );
  }
  for (const { failures = [] } of outcomes) for (const each of failures) process.stdout.write(`\n✗ ${each}\n`);
  const total = (key: 'passed' | 'failed' | 'skipped') => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  const failed = total('failed') + (process.env.CI === 'true' ? total('skipped') : 0);
  process.stdout.write(`\n${total('passed')} passed, ${failed} failed\n`);
  return failed === 0;
}
