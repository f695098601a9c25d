/** A git process to start. */
export interface GitCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Kills it, and everything that it started. */
  readonly signal: AbortSignal;
}

/** How execa starts it: in a process group of its own, which has no terminal, with no environment but the command's. */
export interface GitProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly extendEnv: false;
  readonly detached: true;
  readonly reject: false;
  readonly windowsHide: true;
}

/** The options that every git process has. */
export function processOptions({ cwd, environment }: GitCommand): GitProcessOptions {
  return { cwd, env: environment, extendEnv: false, detached: true, reject: false, windowsHide: true };
}
