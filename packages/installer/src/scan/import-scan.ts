import type { TreeFile } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';

/**
 * Looks for imports that no plugin may have; `scanImports` is one.
 *
 * @param files the list of `dir`
 */
export type ImportScan = (dir: string, files: readonly TreeFile[]) => Promise<readonly Finding[]>;
