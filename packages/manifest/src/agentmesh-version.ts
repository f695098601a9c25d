/** The platform level that a plugin's `min_agentmesh_version` is compared with. */
export const AGENTMESH_VERSION = '1.5.0';
