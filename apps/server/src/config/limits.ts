/** What a limit counts. */
export type LimitKind = 'bytes' | 'count' | 'duration';

/** One limit of the server. */
export interface LimitSpec {
  readonly kind: LimitKind;
  /** Bytes, milliseconds or a number, as `kind` says. */
  readonly default: number;
  readonly about: string;
  /** A name of the environment that counts when the one of ours is not set. */
  readonly alias?: string;
}

const MIB = 1024 * 1024;
const MINUTE = 60_000;

/** Every limit of the server, by its key; its flag, its name in the environment and in the file are made of that. */
export const LIMITS = {
  pluginInstallBodyMaxBytes: {
    kind: 'bytes',
    default: 64 * 1024,
    about: 'body of a request to install',
    alias: 'PLUGIN_INSTALL_BODY_MAX_BYTES',
  },
  pluginInstallFetchTimeout: {
    kind: 'duration',
    default: 5 * MINUTE,
    about: 'fetching a plugin from its source',
    alias: 'PLUGIN_INSTALL_FETCH_TIMEOUT',
  },
  pluginInstallMaxDirBytes: {
    kind: 'bytes',
    default: 100 * MIB,
    about: 'files of a plugin that is installed',
    alias: 'PLUGIN_INSTALL_MAX_DIR_BYTES',
  },
  workspaceLockTimeout: {
    kind: 'duration',
    default: 30_000,
    about: 'waiting for another change to the same workspace',
  },
  bodyMaxBytes: { kind: 'bytes', default: 64 * 1024, about: 'body of any other request but an archive' },
  artifactMaxBytes: { kind: 'bytes', default: 100 * MIB, about: 'archive that is published' },
  treeMaxBytes: { kind: 'bytes', default: 100 * MIB, about: 'files in an archive that is published' },
  treeMaxFiles: { kind: 'count', default: 10_000, about: 'number of files in an archive that is published' },
  uploadsAtOnce: { kind: 'count', default: 256, about: 'archives that are received at once; the others wait' },
  uploadsWaiting: { kind: 'count', default: 4000, about: 'uploads that may wait for their turn' },
  publishesAtOnce: { kind: 'count', default: 16, about: 'archives that are unpacked and checked at once' },
  connections: { kind: 'count', default: 4096, about: 'connections at once' },
  connectionsPerAddress: { kind: 'count', default: 1024, about: 'connections at once from one address' },
  headersTimeout: { kind: 'duration', default: 10_000, about: 'time for a request to send its headers' },
  requestTimeout: { kind: 'duration', default: 5 * MINUTE, about: 'time for a request to send all of its body' },
  keepAliveTimeout: { kind: 'duration', default: 5_000, about: 'time that a connection without request is kept' },
  shutdownTimeout: { kind: 'duration', default: 30_000, about: 'time that requests get to finish at a shutdown' },
  requestsPerMinute: { kind: 'count', default: 120_000, about: 'requests in a minute, of everybody together' },
  requestsPerMinuteAddress: { kind: 'count', default: 6_000, about: 'requests in a minute of one address' },
  requestsPerMinuteToken: { kind: 'count', default: 12_000, about: 'requests in a minute of one token' },
  requestsPerMinuteWorkspace: { kind: 'count', default: 600, about: 'changes in a minute to one workspace' },
} as const satisfies Readonly<Record<string, LimitSpec>>;

/** The limits in force: bytes, milliseconds, or a number. */
export type ServerLimits = { readonly [Key in keyof typeof LIMITS]: number };
