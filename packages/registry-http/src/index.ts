export { checkToken } from './check-token.js';
export { HttpRegistry } from './http-registry.js';
export type { HttpRegistryOptions, OldAnswer } from './http-registry-options.js';
export { openHttpRegistry } from './open-http-registry.js';
export { openMirror } from './open-mirror.js';
export { isPlainLoopback, parseRegistryUrl } from './registry-url.js';
export { openTokenClient, type TokenClient, type TokenWish } from './token-client.js';
export type { KnownToken, NewToken } from './token-json.js';
export { type MirrorOptions, type MirrorReport, writeMirror } from './write-mirror.js';
