/** The manifest's name in the root of a plugin's folder. */
export const MANIFEST_FILENAME = 'agent-plugin.yaml';
