import { isMarketplaceError } from '@agentmesh/errors';
import { environmentName, flagName } from './config/config-names.js';
import { ABOUT } from './config/config-schema.js';
import { readConfig } from './config/read-config.js';
import { type RunningServer, startServer } from './start-server.js';

/** The part of the process that the entry point uses. */
export interface HostProcess {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  cwd(): string;
  on(event: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

const USAGE_STATUS = 2;

/** Runs a server until it is told to stop; the exit status. */
export async function main(host: HostProcess): Promise<number> {
  const args = host.argv.slice(2);
  if (args.includes('--help')) {
    host.stdout.write(help());
    return 0;
  }
  try {
    const config = await readConfig({ args, env: host.env, cwd: host.cwd() });
    const told = stopSignal(host);
    const server = await startServer(config);
    announce(host, server);
    await told;
    await server.stop();
    return 0;
  } catch (error) {
    if (!isMarketplaceError(error) && !isSystemError(error)) throw error;
    const hint = isMarketplaceError(error) && error.hint !== undefined ? `\n${error.hint}` : '';
    host.stderr.write(`${error.message}${hint}\n`);
    return isMarketplaceError(error) && ['USAGE', 'SETTINGS_INVALID'].includes(error.code) ? USAGE_STATUS : 1;
  }
}

function announce({ stdout }: HostProcess, { url, firstTokenPath }: RunningServer): void {
  const token = firstTokenPath === undefined ? '' : `The token of its admin lies in ${firstTokenPath}\n`;
  stdout.write(`agentmesh-server listens at ${url}\n${token}`);
}

function stopSignal(host: HostProcess): Promise<void> {
  return new Promise((resolve) => {
    host.on('SIGINT', resolve);
    host.on('SIGTERM', resolve);
  });
}

/** A port that is taken, a folder that may not be written: no bugs. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function help(): string {
  const lines = [...ABOUT].map(
    ([key, about]) => `  --${flagName(key)} VALUE\n      ${about}; ${environmentName(key)}\n`,
  );
  return `agentmesh-server: a registry of agent plugins over HTTP\n\n  --config FILE\n      settings as YAML, their names with _; AGENTMESH_SERVER_CONFIG\n${lines.join('')}`;
}
