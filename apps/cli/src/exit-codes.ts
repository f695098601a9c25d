import { isMarketplaceError } from '@agentmesh/errors';

/** What an exit status means; the table of the error formats. */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  untrusted: 4,
  refused: 5,
  conflict: 6,
  tooLarge: 7,
  upstream: 8,
  interrupted: 130,
} as const;

const CODES: Readonly<Record<number, readonly string[]>> = {
  [ExitCode.usage]: [
    'CURSOR_INVALID',
    'DEPENDENCY_INVALID',
    'FILE_NOT_REGULAR',
    'IGNORE_INVALID',
    'KEY_ENCRYPTED',
    'KEY_INVALID',
    'LIMIT_INVALID',
    'NAME_INVALID',
    'RANGE_INVALID',
    'SANDBOX_INVALID_CALL',
    'SETTINGS_INVALID',
    'SOURCE_SCHEME_UNKNOWN',
    'SOURCE_SYNTAX',
    'USAGE',
    'VERSION_INVALID',
  ],
  [ExitCode.notFound]: [
    'BLOB_NOT_FOUND',
    'FILE_NOT_FOUND',
    'KEY_NOT_FOUND',
    'MANIFEST_NOT_FOUND',
    'NOT_INSTALLED',
    'NO_ENTRY',
    'PLUGIN_NOT_FOUND',
    'PLUGIN_NOT_INSTALLED',
    'SOURCE_NOT_FOUND',
    'TREE_NOT_FOUND',
    'VERSION_NOT_FOUND',
  ],
  [ExitCode.untrusted]: [
    'ARCHIVE_INVALID',
    'DIGEST_MISMATCH',
    'DIGEST_MISSING',
    'ENTRY_AMBIGUOUS',
    'INTEGRITY_MISMATCH',
    'INTEGRITY_UNKNOWN',
    'KEYRING_INVALID',
    'KEY_REVOKED',
    'KEY_UNSAFE',
    'MANIFEST_INVALID',
    'MANIFEST_MISMATCH',
    'NOT_PUBLISHABLE',
    'REGISTRY_CORRUPT',
    'RESTRICTED_IMPORT',
    'SIGNATURE_INVALID',
    'SIGNATURE_MISSING',
    'SOURCE_UNPINNED',
    'STATE_CORRUPT',
    'TREE_TAMPERED',
    'TREE_UNSAFE',
    'TYPESCRIPT_UNSUPPORTED',
    'UNTRUSTED_AUTHOR',
  ],
  [ExitCode.refused]: ['CONSENT_REQUIRED', 'NAME_OWNED', 'POLICY_DENIED', 'SANDBOX_UNAVAILABLE', 'SOURCE_UNAUTHORIZED'],
  [ExitCode.conflict]: [
    'ALREADY_REGISTERED',
    'DEPENDENCY_CYCLE',
    'DEPENDENCY_UNSATISFIED',
    'FOLDER_NOT_EMPTY',
    'HAS_DEPENDENTS',
    'HOST_TOO_OLD',
    'KEY_EXISTS',
    'LOCK_TIMEOUT',
    'NAME_COLLISION',
    'NAME_TOO_SIMILAR',
    'NAME_UNOWNED',
    'PLUGINS_DIR_FOREIGN',
    'SOURCE_SCHEME_TAKEN',
    'TARGET_NOT_EMPTY',
  ],
  [ExitCode.tooLarge]: [
    'ARTIFACT_TOO_LARGE',
    'FETCH_TOO_LARGE',
    'FILE_TOO_LARGE',
    'PLUGIN_TOO_LARGE',
    'SANDBOX_OUTPUT_LIMIT',
    'TREE_TOO_LARGE',
  ],
  [ExitCode.upstream]: ['FETCH_FAILED', 'FETCH_TIMEOUT'],
  [ExitCode.interrupted]: ['INTERRUPTED', 'SANDBOX_ABORTED'],
};

const BY_CODE: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES).flatMap(([exit, codes]) => codes.map((code) => [code, Number(exit)] as const)),
);

/** The exit status for an error: by its code, 1 for what has none. */
export function exitCodeOf(error: unknown): number {
  return (isMarketplaceError(error) ? BY_CODE.get(error.code) : undefined) ?? ExitCode.failure;
}
