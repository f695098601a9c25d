import { z } from '@hono/zod-openapi';

/** Path parameter `id`; `workspaceScope`, which stands before, held it to its rule. */
export const workspaceParam = z
  .string()
  .max(300)
  .openapi({ param: { name: 'id', in: 'path' }, example: 'team-a', description: 'id of the workspace' });

/** A name of a runtime. */
export const runtimeText = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected letters, digits, "-", "_" or "."')
  .openapi({ example: 'claude-code' });

/** A name of a plugin in a path; the target holds it to its rule. */
export const pluginParam = z
  .string()
  .max(300)
  .openapi({ param: { name: 'name', in: 'path' }, example: 'greeter' });

const texts = z.array(z.string());

/** A plugin of the local folder. */
export const pluginInfoSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    description: z.string(),
    author: z.string(),
    tags: texts,
    skills: texts,
    runtimes: texts,
    problem: z.string().optional(),
  })
  .openapi('PluginInfo');

/** A plugin of a workspace. */
export const installedSchema = pluginInfoSchema
  .extend({
    supported_on_runtime: z.boolean().optional(),
    source: z.string(),
    resolved: z.string(),
    content_digest: z.string(),
    verification: z.string(),
    key_id: z.string().optional(),
    installed_at: z.string(),
  })
  .openapi('InstalledPlugin');

/** A file that was left alone. */
const keptSchema = z.object({ path: z.string(), reason: z.string() });

/** What installing came to. */
export const installAnswerSchema = z
  .object({
    status: z.literal('installed'),
    plugin: z.string(),
    source: z.string(),
    resolved: z.string(),
    version: z.string(),
    content_digest: z.string(),
    verification: z.string(),
    key_id: z.string().optional(),
    kept: z.array(keptSchema),
    kept_in: z.string().optional(),
    activated: z.boolean().optional(),
    restarted: z.boolean().optional(),
    warnings: texts,
  })
  .openapi('Install');

/** What removing came to. */
export const removeAnswerSchema = z
  .object({
    status: z.literal('uninstalled'),
    plugin: z.string(),
    kept: z.array(keptSchema),
    kept_in: z.string().optional(),
    activated: z.boolean().optional(),
    restarted: z.boolean().optional(),
    warnings: texts,
  })
  .openapi('Uninstall');
