export { isConnectionHeader } from './check-request.js';
export type { GuardedClient, GuardedClientOptions } from './guarded-client.js';
export { createGuardedClient } from './guarded-client.js';
export type { GuardedRequest, GuardedResponse, RedirectRules } from './guarded-request.js';
export type { HostGuard, HostGuardOptions } from './host-guard.js';
export { createHostGuard } from './host-guard.js';
export type { Lookup, ResolvedAddress } from './lookup.js';
