/**
 * What an error means to whoever has to act on it. The apps map these to exit statuses and HTTP statuses; `failure` is all
 * that has no meaning of its own.
 */
export type ErrorClass =
  | 'usage'
  | 'unauthenticated'
  | 'notFound'
  | 'untrusted'
  | 'refused'
  | 'conflict'
  | 'tooLarge'
  | 'tooMany'
  | 'upstream'
  | 'unavailable'
  | 'timedOut'
  | 'interrupted'
  | 'failure';

const CODES: Readonly<Record<Exclude<ErrorClass, 'failure'>, readonly string[]>> = {
  usage: [
    'BODY_INVALID',
    'CLIENT_UNKNOWN',
    'CREDENTIALS_INVALID',
    'CREDENTIAL_INVALID',
    'CURSOR_INVALID',
    'DATABASE_URL_INVALID',
    'DEPENDENCY_INVALID',
    'FILE_NOT_REGULAR',
    'IGNORE_INVALID',
    'KEY_ENCRYPTED',
    'KEY_INVALID',
    'LIMIT_INVALID',
    'NAME_INVALID',
    'PERMISSIONS_INVALID',
    'PROJECT_INVALID',
    'PROXY_INVALID',
    'RANGE_INVALID',
    'REGISTRY_URL_INVALID',
    'REQUEST_INVALID',
    'SANDBOX_INVALID_CALL',
    'SETTINGS_INVALID',
    'SHAPE_UNKNOWN',
    'SOURCE_SCHEME_UNKNOWN',
    'SOURCE_SYNTAX',
    'TIME_INVALID',
    'USAGE',
    'VERSION_INVALID',
    'WORKSPACE_INVALID',
  ],
  unauthenticated: ['TOKEN_INVALID', 'TOKEN_REQUIRED'],
  notFound: [
    'BLOB_NOT_FOUND',
    'CREDENTIAL_NOT_FOUND',
    'FILE_NOT_FOUND',
    'GENERATION_NOT_FOUND',
    'GRAPH_NOT_FOUND',
    'KEY_NOT_FOUND',
    'MANIFEST_NOT_FOUND',
    'NOTHING_INSTALLED',
    'NOT_INSTALLED',
    'NO_ENTRY',
    'PLUGIN_NOT_FOUND',
    'PLUGIN_NOT_INSTALLED',
    'PROJECT_NOT_FOUND',
    'REGISTRY_NOT_FOUND',
    'RESOLVER_NOT_FOUND',
    'ROUTE_NOT_FOUND',
    'SERVER_NOT_FOUND',
    'SHAPE_NOT_FOUND',
    'SOURCE_NOT_FOUND',
    'TOKEN_NOT_FOUND',
    'TREE_NOT_FOUND',
    'VERSION_NOT_FOUND',
    'WORKSPACE_NOT_FOUND',
  ],
  untrusted: [
    'ARCHIVE_INVALID',
    'BUNDLE_INVALID',
    'COPY_MISMATCH',
    'DIGEST_MISMATCH',
    'DIGEST_MISSING',
    'ENGINE_UNSUPPORTED',
    'ENTRY_AMBIGUOUS',
    'GRAPH_UNTRUSTED',
    'INTEGRITY_MISMATCH',
    'INTEGRITY_UNKNOWN',
    'JOURNAL_CORRUPT',
    'KEYRING_INVALID',
    'KEY_REVOKED',
    'KEY_UNKNOWN',
    'KEY_UNSAFE',
    'LOCK_INVALID',
    'LOCK_MISMATCH',
    'MANIFEST_INVALID',
    'MANIFEST_MISMATCH',
    'NAME_MISMATCH',
    'NOT_PUBLISHABLE',
    'REGISTRY_CORRUPT',
    'RESTRICTED_IMPORT',
    'SHAPES_INVALID',
    'SIGNATURE_INVALID',
    'SIGNATURE_MISSING',
    'SOURCE_UNPINNED',
    'STATE_CORRUPT',
    'TREE_TAMPERED',
    'TREE_UNSAFE',
    'TYPESCRIPT_UNSUPPORTED',
    'UNTRUSTED_AUTHOR',
    'VERSION_RETAGGED',
  ],
  refused: [
    'ADDRESS_REFUSED',
    'CONSENT_REQUIRED',
    'DOWNGRADE_REFUSED',
    'GRAPH_HOST_REFUSED',
    'NAME_OWNED',
    'PERMISSIONS_WIDENED',
    'PERMISSION_REFUSED',
    'POLICY_DENIED',
    'REGISTRY_READ_ONLY',
    'SANDBOX_UNAVAILABLE',
    'SCOPE_MISSING',
    'SOURCE_UNAUTHORIZED',
    'VERSION_TOO_YOUNG',
  ],
  conflict: [
    'ALREADY_REGISTERED',
    'DATABASE_NEWER',
    'DEPENDENCY_CYCLE',
    'DEPENDENCY_UNSATISFIED',
    'EXPORT_CONFLICT',
    'FOLDER_NOT_EMPTY',
    'HAS_DEPENDENTS',
    'HOST_TOO_OLD',
    'KEY_EXISTS',
    'LOCK_AHEAD',
    'LOCK_OUTDATED',
    'LOCK_TIMEOUT',
    'MANIFEST_EXISTS',
    'NAME_COLLISION',
    'NAME_TOO_SIMILAR',
    'NAME_UNOWNED',
    'PLUGINS_DIR_FOREIGN',
    'ROW_EXISTS',
    'SHAPE_TAKEN',
    'SOLVER_LIMIT',
    'SOURCE_SCHEME_TAKEN',
    'TARGET_NOT_EMPTY',
    'WORKSPACE_UNSAFE',
  ],
  tooLarge: [
    'ARTIFACT_TOO_LARGE',
    'BODY_TOO_LARGE',
    'FETCH_TOO_LARGE',
    'FILE_TOO_LARGE',
    'PLUGIN_TOO_LARGE',
    'SANDBOX_OUTPUT_LIMIT',
    'TREE_TOO_LARGE',
  ],
  tooMany: ['TOO_MANY_REQUESTS'],
  upstream: ['ENGINE_FAILED', 'FETCH_FAILED', 'GIT_MISSING', 'MCP_PROBE_FAILED', 'MCP_PROTOCOL', 'PUSH_FAILED'],
  unavailable: ['DATABASE_UNAVAILABLE', 'OFFLINE', 'SERVER_BUSY', 'SERVER_STOPPING', 'WORKSPACE_UNAVAILABLE'],
  timedOut: ['FETCH_TIMEOUT', 'MCP_PROBE_TIMEOUT'],
  interrupted: ['INTERRUPTED', 'SANDBOX_ABORTED'],
};

const BY_CODE: ReadonlyMap<string, ErrorClass> = new Map(
  // The keys of an object of that type are just these.
  (Object.keys(CODES) as (keyof typeof CODES)[]).flatMap((name) => CODES[name].map((code) => [code, name] as const)),
);

/** The class of an error code: the one table of all codes that mean more than "it failed". */
export function errorClassOf(code: string): ErrorClass {
  return BY_CODE.get(code) ?? 'failure';
}
