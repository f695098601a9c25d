import { resolve } from 'node:path';

/** Remembers what the user accepted; it has to lie outside of the project. */
export interface GrantConsents {
  has(content: Uint8Array): Promise<boolean>;
  /** @param path the file that the content belongs to */
  add(content: Uint8Array, path: string): Promise<void>;
}

/** The files that a project keeps beside its code, and whose word counts. */
export interface Project {
  readonly dir: string;
  /** `agentmesh.yaml`: what is wanted. */
  readonly filePath: string;
  /** `agentmesh.lock`: what that came to. */
  readonly lockPath: string;
  /** `agentmesh.permissions.yaml`: what was granted. */
  readonly permissionsPath: string;
  /** Keys of `agentmesh.yaml` that belong to the application. */
  readonly otherKeys: readonly string[];
  readonly consents: GrantConsents;
}

/** Names the files of a project, touching nothing. */
export function projectAt(
  projectDir: string,
  options: { readonly projectKeys?: readonly string[] | undefined; readonly consents?: GrantConsents | undefined } = {},
): Project {
  const dir = resolve(projectDir);
  const { projectKeys: otherKeys = [], consents = rememberHere() } = options;
  return {
    dir,
    filePath: resolve(dir, 'agentmesh.yaml'),
    lockPath: resolve(dir, 'agentmesh.lock'),
    permissionsPath: resolve(dir, 'agentmesh.permissions.yaml'),
    otherKeys,
    consents,
  };
}

/** What nobody remembers was never accepted: without a memory of the application, only this process counts. */
function rememberHere(): GrantConsents {
  const accepted = new Set<string>();
  const key = (content: Uint8Array): string => Buffer.from(content).toString('base64');
  return {
    has: async (content) => accepted.has(key(content)),
    add: async (content) => void accepted.add(key(content)),
  };
}
