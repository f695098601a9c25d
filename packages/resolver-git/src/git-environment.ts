import { devNull } from 'node:os';

/** One setting as in git's configuration: `http.sslVerify` and its value. */
export type GitSetting = readonly [name: string, value: string];

/** What {@link gitEnvironment} is made of. */
export interface GitEnvironmentParts {
  /** Search path for programs. */
  readonly searchPath: string;
  /** An empty folder that is git's home. */
  readonly home: string;
  /** The repository that git works in. */
  readonly repository: string;
  /** Largest block of memory that git may ask for at once, in bytes. */
  readonly maxAllocation: number;
  readonly settings: readonly GitSetting[];
  /** Further variables. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** Nothing that a repository or a server says makes a program run, a file be read or a connection be made. */
const SAFE_SETTINGS: readonly GitSetting[] = [
  ['protocol.allow', 'never'],
  ['protocol.version', '2'],
  ['credential.helper', ''],
  ['core.askPass', ''],
  ['core.hooksPath', devNull],
  ['core.attributesFile', devNull],
  ['core.excludesFile', devNull],
  ['core.fsmonitor', 'false'],
  ['core.symlinks', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['transfer.bundleURI', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['http.followRedirects', 'false'],
  ['http.sslVerify', 'true'],
  ['http.cookieFile', ''],
  ['http.saveCookies', 'false'],
  // One pack file, whose growth is watched, and large objects passed through in pieces.
  ['transfer.unpackLimit', '1'],
  ['fetch.unpackLimit', '1'],
  ['core.bigFileThreshold', '1m'],
  // All of it is thrown away in a moment.
  ['core.fsync', 'none'],
  ['pack.writeReverseIndex', 'false'],
  ['fetch.writeCommitGraph', 'false'],
];

/**
 * The whole environment of a git process: nothing of ours, no configuration of the system or the user, no prompts, English
 * messages. Settings travel in it too, since other users of the machine can read arguments but not the environment
 * (`GIT_CONFIG_COUNT`, git-config(1)).
 */
export function gitEnvironment(parts: GitEnvironmentParts): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: parts.searchPath,
    HOME: parts.home,
    XDG_CONFIG_HOME: parts.home,
    GIT_DIR: parts.repository,
    LC_ALL: 'C',
    LANGUAGE: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_ALLOC_LIMIT: String(parts.maxAllocation),
    ...parts.variables,
  };
  const settings = [...SAFE_SETTINGS, ...parts.settings];
  environment.GIT_CONFIG_COUNT = String(settings.length);
  for (const [index, [name, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = name;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return environment;
}
