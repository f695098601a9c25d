/** Largest `agentmesh.yaml` or `agentmesh.permissions.yaml` that is read, in bytes. */
export const MAX_PROJECT_BYTES = 1_048_576;

/** Largest `agentmesh.lock` that is read, in bytes. */
export const MAX_LOCK_BYTES = 16_777_216;
