import type { FetchContext, FetchProgress } from '@agentmesh/resolver';
import type { GitCommand } from './git-command.js';
import type { GitConnection } from './git-connection.js';
import { type GitSetting, gitEnvironment } from './git-environment.js';
import { gitError } from './git-error.js';
import { readGitMessage } from './git-message.js';
import type { GitSource } from './git-source.js';
import type { GitWorkspace } from './git-workspace.js';
import type { GitOutcome } from './run-git.js';

/** One fetch under way: all that its steps share. */
export interface GitSession {
  readonly source: GitSource;
  readonly workspace: GitWorkspace;
  readonly context: FetchContext;
  /** A command that may talk to the server, and to nobody else. */
  remoteCommand(repository: string, args: readonly string[], settings?: readonly GitSetting[]): GitCommand;
  /** A command that may talk to nobody. */
  localCommand(repository: string, args: readonly string[]): GitCommand;
  /** Tells how far the fetch is; what was told never goes back. */
  report(progress: FetchProgress): void;
  /** The error for a command that failed. */
  error(outcome: GitOutcome): Error;
}

/** What a session is made of. */
export interface GitSessionParts {
  readonly source: GitSource;
  readonly workspace: GitWorkspace;
  readonly context: FetchContext;
  readonly connection: GitConnection;
  readonly program: { readonly git: string; readonly searchPath: string };
}

/** Beside an object itself git holds buffers in one block. */
const ALLOCATION_SLACK = 16 * 1024 * 1024;

/** Puts a session together; nothing runs yet. */
export function createSession(parts: GitSessionParts): GitSession {
  const { source, workspace, context, connection, program } = parts;
  const base = {
    searchPath: program.searchPath,
    home: workspace.home,
    maxAllocation: context.limits.maxBytes + ALLOCATION_SLACK,
  };
  const common = { program: program.git, cwd: workspace.home, signal: context.signal };
  return {
    source,
    workspace,
    context,
    remoteCommand: (repository, args, own = []) => {
      const settings = [...connection.settings, ...own];
      const { variables } = connection;
      return { ...common, args, environment: gitEnvironment({ ...base, repository, settings, variables }) };
    },
    localCommand: (repository, args) => ({
      ...common,
      args,
      environment: gitEnvironment({ ...base, repository, settings: [] }),
    }),
    report: reporter(context),
    error: ({ stderr, isTooMuch }) => {
      const fault = isTooMuch ? 'too-large' : readGitMessage(stderr);
      return gitError(fault, { host: source.host, hasCredential: connection.hasCredential });
    },
  };
}

function reporter({ signal, onProgress }: FetchContext): (progress: FetchProgress) => void {
  let [most, last] = [0, 0];
  return ({ bytes, files }) => {
    most = Math.max(most, bytes);
    last = Math.max(last, files);
    if (!signal.aborted) onProgress?.({ bytes: most, files: last });
  };
}
