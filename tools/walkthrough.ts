/**
 * The main job on the embedded defaults, with the built command as a user has it: `npm start`.
 * Works in a temporary folder, with a home of its own, and checks what it shows.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';

const root = join(import.meta.dirname, '..');
const examples = join(root, 'examples/plugins');
const workspace = mkdtempSync(join(tmpdir(), 'agentmesh-walkthrough-'));
const home = join(workspace, 'home');
const project = join(workspace, 'project');

/** Added to each run where the system's own isolation is not there. */
let isolation: readonly string[] = [];

interface Expectation {
  /** Exit status (default 0). */
  readonly status?: number;
  /** Text that must be in what the command prints. */
  readonly shows?: string | readonly string[];
}

try {
  mkdirSync(home);
  mkdirSync(project);
  main();
  process.stdout.write(`\n${styleText('green', 'All of it worked.')} Next: README.md, or agentmesh --help.\n`);
} finally {
  rmSync(workspace, { recursive: true });
}

function main(): void {
  writeAndPublish();
  findAndInstall();
  installWithDependency();
  tamperAndHeal();
  openOlderRegistry();
}

function writeAndPublish(): void {
  heading('An author writes a plugin, signs and publishes it');
  agentmesh(['plugin', 'init', 'response-length-validator', '--type', 'validator', '--author', 'alice@example.com']);
  say('The project grows into examples/plugins/response-length-validator:');
  cpSync(join(examples, 'response-length-validator'), join(project, 'response-length-validator'), { recursive: true });
  agentmesh(['key', 'generate'], { shows: 'SHA256:' });
  agentmesh(['plugin', 'publish', 'response-length-validator'], { shows: 'Published response-length-validator 1.0.0' });
}

function findAndInstall(): void {
  heading('A user finds it, installs it verified and runs it contained');
  agentmesh(['key', 'trust', 'alice@example.com'], { shows: 'SHA256:' });
  agentmesh(['plugin', 'search', 'length'], { shows: 'response-length-validator' });
  agentmesh(['plugin', 'install', 'response-length-validator'], { shows: ['Ready', 'SHA256:'] });
  agentmesh(['plugin', 'list'], { shows: 'response-length-validator' });
  agentmesh(['plugin', 'verify'], { shows: 'verified' });
  chooseIsolation();
  agentmesh(runValidator('{"response":"This is a short response.","max_words":500}'), {
    shows: '{"result":{"valid":true,"word_count":5,"message":"OK — 5 words (limit: 500)"}}',
  });
  agentmesh(runValidator('{"response":"one two three","max_words":2}'), {
    shows: 'Too long — 3 words exceeds limit of 2',
  });
}

function installWithDependency(): void {
  heading('A plugin that depends on it brings what it needs, and a new major version does not move it');
  cpSync(join(examples, 'response-policy-pack'), join(project, 'response-policy-pack'), { recursive: true });
  agentmesh(['plugin', 'publish', 'response-policy-pack']);
  agentmesh(['plugin', 'uninstall', 'response-length-validator']);
  agentmesh(['plugin', 'install', 'response-policy-pack'], {
    shows: ['response-policy-pack', 'response-length-validator'],
  });
  const manifest = join(project, 'response-length-validator/agent-plugin.yaml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('version: 1.0.0', 'version: 2.0.0'));
  agentmesh(['plugin', 'publish', 'response-length-validator'], { shows: 'response-length-validator 2.0.0' });
  agentmesh(['plugin', 'install', 'response-policy-pack'], { shows: '1.0.0' });
}

function tamperAndHeal(): void {
  heading('One bit of an installed file is flipped: nothing accepts it, and an install heals it');
  const file = join(
    realpathSync(join(project, '.agentmesh/plugins/response-length-validator')),
    'response_length_validator.js',
  );
  const bytes = readFileSync(file);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const refused = { status: 4, shows: 'response_length_validator.js' };
  agentmesh(['plugin', 'list'], refused);
  agentmesh(['plugin', 'verify'], refused);
  agentmesh(runValidator('{}'), refused);
  agentmesh(['plugin', 'install', 'response-length-validator'], { shows: 'healed' });
  agentmesh(['plugin', 'verify'], { shows: 'verified' });
}

function openOlderRegistry(): void {
  heading('A registry file that the Python toolkit wrote opens as it is');
  const registry = join(root, 'packages/registry/test/fixtures/agt-registry.json');
  agentmesh(['plugin', 'list', '--available', '--registry', registry], { shows: 'sentiment-analyzer' });
  agentmesh(['plugin', 'search', 'SENTIMENT', '--registry', registry], { shows: '1.10.0' });
  agentmesh(['plugin', 'info', 'nlp-tokenizer', '--registry', registry], { shows: '2.0.0' });
}

/** Nothing is installed for it: a machine that cannot isolate by its operating system takes a lesser level, by name. */
function chooseIsolation(): void {
  const { stdout } = run(['plugin', 'run', 'response-length-validator', 'validate', '--json']);
  if (JSON.parse(stdout).error?.code !== 'SANDBOX_UNAVAILABLE') return;
  say(`This machine cannot isolate plugins by its operating system: ${JSON.parse(stdout).error.message}`);
  say(`(${JSON.parse(stdout).error.hint}) Until then a lesser level has to be taken on purpose:`);
  isolation = ['--isolation', 'language'];
}

function runValidator(input: string): string[] {
  return ['plugin', 'run', 'response-length-validator', 'validate', '--input', input, ...isolation];
}

/** Runs the command in the project, shows what it prints, and stops when it does not do what is expected. */
function agentmesh(args: readonly string[], { status = 0, shows = [] }: Expectation = {}): void {
  process.stdout.write(
    `\n${styleText('dim', '$')} ${styleText('bold', ['agentmesh', ...args.map(quote)].join(' ').replaceAll(`${root}/`, ''))}\n`,
  );
  const { stdout, stderr, status: ended } = run(args);
  const output = `${stdout}${stderr}`;
  process.stdout.write(
    output.replaceAll(realpathSync(workspace), '').replaceAll(`${root}/`, '').replace(/^/gm, '  ').trimEnd(),
  );
  process.stdout.write('\n');
  const missing = [shows].flat().filter((text) => !output.includes(text));
  if (ended === status && missing.length === 0) return;
  throw new Error(`Expected exit status ${status} and ${JSON.stringify(shows)}, got ${ended}`);
}

function run(args: readonly string[]): { stdout: string; stderr: string; status: number | null } {
  const env = { PATH: process.env.PATH, HOME: home, AGENTMESH_CONFIG_HOME: join(home, 'config') };
  const command = [join(root, 'apps/cli/bin/agentmesh.js'), ...args];
  return spawnSync(process.execPath, command, { cwd: project, env, encoding: 'utf8' });
}

function heading(text: string): void {
  process.stdout.write(`\n${styleText(['bold', 'cyan'], text)}\n`);
}

function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

function quote(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : `'${word}'`;
}
