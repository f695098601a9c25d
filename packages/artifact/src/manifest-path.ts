/** The one file that a tree digest leaves out: it carries the digest. */
export const MANIFEST_PATH = 'agent-plugin.yaml';
