import { MarketplaceError } from '@agentmesh/errors';
import type { RefusedPlugin } from './install-plan.js';

/** A plugin that asks for more than it was granted. */
export interface WideningPlugin extends Pick<RefusedPlugin, 'name' | 'version'> {
  /** Each as `net api.example.org:443`. */
  readonly added: readonly string[];
}

/** `PERMISSIONS_WIDENED`: plugins that ask for what nobody granted, with no one to grant it, or someone who refused. */
export class PermissionsWidened extends MarketplaceError {
  readonly plugins: readonly WideningPlugin[];

  constructor(plugins: readonly WideningPlugin[]) {
    const lines = plugins.map(({ name, version, added }) => `\n  ${name} ${version} asks for ${added.join(', ')}`);
    super(`Permissions that nobody granted:${lines.join('')}`, {
      code: 'PERMISSIONS_WIDENED',
      hint: 'Look at what they are for. To grant them, answer the question at a terminal, or pass --allow-permissions.',
    });
    this.name = 'PermissionsWidened';
    this.plugins = plugins;
  }
}
