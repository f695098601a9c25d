import { MarketplaceError, printable } from '@agentmesh/errors';

/** An answer that is none of the API: what answers is another program, such as a web server with a mirror. */
export class ForeignAnswer extends MarketplaceError {
  constructor(host: string, status: number) {
    super(`${printable(host)} is no agentmesh registry (status ${status})`, {
      code: 'FETCH_FAILED',
      hint: 'Check the URL of the registry, its path too.',
    });
  }
}
