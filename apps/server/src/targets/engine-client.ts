import type { Readable } from 'node:stream';
import {
  type ArchiveFile,
  callEngine,
  type EngineAnswer,
  type EngineCall,
  type EngineClientOptions,
} from './call-engine.js';
import { engineFailed, expectStatus, readJson } from './engine-answer.js';
import { readFrames } from './read-frames.js';

/** What a program in a container came to. */
interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/** The few calls of the Docker Engine API (which podman speaks too) that pushing plugins takes. */
export interface EngineClient {
  /** Undefined when there is no such container. */
  inspect(container: string): Promise<{ readonly running: boolean } | undefined>;
  /** Unpacks a tar below a folder of a container. */
  putArchive(container: string, path: string, tar: Readable): Promise<void>;
  /** Whether a container has something at a path. */
  exists(container: string, path: string): Promise<boolean>;
  /** Writes a file or folder of a container as a tar into a fresh file of this machine; false when there is none. */
  getArchive(container: string, path: string, into: ArchiveFile): Promise<boolean>;
  /** Runs a program in a container, without a shell, and waits for its end. */
  exec(container: string, command: readonly string[]): Promise<ExecResult>;
  restart(container: string): Promise<void>;
}

const RESTART_WAIT_S = 10;

/**
 * Speaks the engine's API: https://docs.docker.com/reference/api/engine/ (paths without a version mean the engine's newest).
 *
 * Methods throw `WORKSPACE_UNAVAILABLE` when the engine does not answer, `ENGINE_FAILED` when it refuses; nothing that it said is passed on.
 */
export function createEngineClient(options: EngineClientOptions): EngineClient {
  const call = (order: EngineCall): Promise<EngineAnswer> => callEngine(options, order);
  return {
    inspect: async (container) => {
      const { status, body } = await call({ method: 'GET', path: `${at(container)}/json` });
      if (status === 404) return undefined;
      const { State } = Object(readJson(expectStatus({ status, body }, 'looking at a container')));
      return { running: Object(State).Running === true };
    },
    putArchive: async (container, path, tar) => {
      const target = `${at(container)}/archive?${new URLSearchParams({ path, noOverwriteDirNonDir: 'true' })}`;
      expectStatus(await call({ method: 'PUT', path: target, tar }), 'putting files into a container');
    },
    exists: async (container, path) => {
      const target = `${at(container)}/archive?${new URLSearchParams({ path })}`;
      const answer = await call({ method: 'HEAD', path: target });
      if (answer.status !== 404) expectStatus(answer, 'looking at files of a container');
      return answer.status !== 404;
    },
    getArchive: async (container, path, into) => {
      const target = `${at(container)}/archive?${new URLSearchParams({ path })}`;
      const answer = await call({ method: 'GET', path: target, into });
      if (answer.status !== 404) expectStatus(answer, 'reading files of a container');
      return answer.status !== 404;
    },
    exec: (container, command) => exec(call, container, command),
    restart: async (container) => {
      const path = `${at(container)}/restart?t=${RESTART_WAIT_S}`;
      expectStatus(await call({ method: 'POST', path }), 'starting a container anew');
    },
  };
}

function at(container: string): string {
  return `/containers/${encodeURIComponent(container)}`;
}

/** Three calls: make it, run it and read what it says, ask how it ended. */
async function exec(
  call: (order: EngineCall) => Promise<EngineAnswer>,
  container: string,
  command: readonly string[],
): Promise<ExecResult> {
  const doing = `running ${command[0]} in a container`;
  const order = { AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false, User: '0', Cmd: command };
  const made = await call({ method: 'POST', path: `${at(container)}/exec`, json: order });
  const { Id } = Object(readJson(expectStatus(made, doing)));
  const id = `/exec/${encodeURIComponent(String(Id))}`;
  const ran = await call({ method: 'POST', path: `${id}/start`, json: { Detach: false, Tty: false } });
  const stdout = readFrames(expectStatus(ran, doing)).toString('utf8');
  const { ExitCode } = Object(readJson(expectStatus(await call({ method: 'GET', path: `${id}/json` }), doing)));
  if (typeof ExitCode !== 'number') throw engineFailed(doing);
  return { exitCode: ExitCode, stdout };
}
