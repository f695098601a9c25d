import { type Finding, isMarketplaceError } from '@agentmesh/errors';

/** The finding for an adapter that failed where it should not have. Only our own errors speak: others may hold anything. */
export function shapeFailed(shape: string, step: 'detect' | 'check' | 'activate', error: unknown): Finding {
  const reason = isMarketplaceError(error) ? `: ${error.message}` : '';
  return {
    code: 'shape-failed',
    severity: 'error',
    path: '',
    message: `the adapter of the shape ${shape} failed to ${step} the plugin${reason}`,
  };
}
