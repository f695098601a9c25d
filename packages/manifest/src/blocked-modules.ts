/** Python modules that reach processes, files, native code or the loader, and the Node built-ins that do the same. */
export const RESTRICTED_MODULES: readonly string[] = Object.freeze([
  'subprocess',
  'os',
  'shutil',
  'ctypes',
  'importlib',
  'child_process',
  'cluster',
  'worker_threads',
  'process',
  'fs',
  'fs/promises',
  'module',
  'vm',
  'wasi',
  'node:ffi',
]);

/** Python modules beyond the restricted ones: network, serialisation that runs code, code, processes, terminals, memory maps. */
const OTHER_PYTHON_MODULES = [
  ...['socket', 'http', 'urllib', 'ftplib', 'smtplib', 'telnetlib'],
  ...['pickle', 'shelve', 'marshal', 'code', 'codeop', 'compileall'],
  ...['multiprocessing', 'signal', 'resource', 'pty', 'termios', 'fcntl', 'mmap', 'winreg', '_winapi'],
];

/** Node built-ins of 22, 24 and 26 beyond the restricted ones and the allowed ones. */
const OTHER_NODE_MODULES = [
  ...['net', 'tls', 'dgram', 'dns', 'dns/promises', 'https', 'http2'],
  ...['_http_agent', '_http_client', '_http_common', '_http_incoming', '_http_outgoing', '_http_server'],
  ...['_tls_common', '_tls_wrap'],
  ...[
    '_stream_duplex',
    '_stream_passthrough',
    '_stream_readable',
    '_stream_transform',
    '_stream_wrap',
    '_stream_writable',
  ],
  ...['async_hooks', 'console', 'constants', 'diagnostics_channel', 'domain', 'perf_hooks', 'trace_events'],
  ...['inspector', 'inspector/promises', 'readline', 'readline/promises', 'repl', 'tty', 'v8'],
  ...['node:sea', 'node:sqlite', 'node:test', 'node:test/reporters'],
];

/** Every module that a plugin may not import, by its own name; {@link isBlockedModule} also knows their parts. */
export const ALL_BLOCKED_MODULES: readonly string[] = Object.freeze([
  ...new Set([...RESTRICTED_MODULES, ...OTHER_PYTHON_MODULES, ...OTHER_NODE_MODULES]),
]);

/** The Node built-ins that compute and hold no handle to a file, a process, the network or the runtime's inside. */
export const ALLOWED_NODE_MODULES: readonly string[] = Object.freeze([
  ...['assert', 'assert/strict', 'buffer', 'crypto', 'events', 'path', 'path/posix', 'path/win32', 'punycode'],
  ...['querystring', 'stream', 'stream/consumers', 'stream/promises', 'stream/web', 'string_decoder', 'sys'],
  ...['timers', 'timers/promises', 'url', 'util', 'util/types', 'zlib'],
]);
