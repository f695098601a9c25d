import { HttpRegistry } from './http-registry.js';
import type { HttpRegistryOptions } from './http-registry-options.js';

/**
 * Opens a registry on a server, or a static mirror; nothing is asked yet.
 *
 * @throws MarketplaceError `REGISTRY_URL_INVALID`, `PROXY_INVALID`
 */
export function openHttpRegistry(options: HttpRegistryOptions): HttpRegistry {
  return new HttpRegistry(options);
}
