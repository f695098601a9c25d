export { ALL_BLOCKED_MODULES, ALLOWED_NODE_MODULES, RESTRICTED_MODULES } from './blocked-modules.js';
export { isBlockedModule } from './is-blocked-module.js';
