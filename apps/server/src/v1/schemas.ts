import { isPluginName, isVersion, PluginType } from '@agentmesh/manifest';
import { z } from '@hono/zod-openapi';

const MAX_NAME = 256;
/** What reading takes: names of a registry of the Python toolkit have letters and digits of any script. */
const NAME = /^[\p{L}\p{N}_-]+$/u;
const MAX_QUERY = 200;
const CONTROLS = /[\u0000-\u001f\u007f]/;

/** Name of a plugin. */
export const nameText = z.string().max(MAX_NAME).regex(NAME, 'expected the name of a plugin');

/** Name of a plugin in a path. */
export const nameParam = nameText.openapi({ param: { name: 'name', in: 'path' }, example: 'weather' });

/** Name under which something is published. */
export const publishedName = nameParam.refine(isPluginName, 'expected a name that may be published');

/** Version of a plugin in a path. */
export const versionParam = z
  .string()
  .max(100)
  .refine(isVersion, 'expected a version, such as 1.0.0')
  .openapi({ param: { name: 'version', in: 'path' }, example: '1.0.0' });

/** A text that a person wrote, in one line. */
export const line = z
  .string()
  .max(MAX_QUERY)
  .refine((text) => !CONTROLS.test(text), 'expected no control characters');

/** What is searched for: descriptions have lines, and so may a part of one. */
export const searchText = z
  .string()
  .max(MAX_QUERY)
  .refine((text) => !CONTROLS.test(text.replaceAll(/[\t\n]/g, ' ')), 'expected no control characters');

/** Where the page before ended. */
export const cursorParam = z.string().regex(/^[\x21-\x7e]{1,1000}$/, 'expected a cursor of an earlier page');

/** A time in UTC. */
export const timeParam = z.iso.datetime({ offset: true });

const state = z.enum(['active', 'deprecated', 'yanked']);

/** One version as it is answered. */
export const entrySchema = z
  .object({
    manifest: z.record(z.string(), z.unknown()).openapi({ description: 'agent-plugin.yaml as it was signed' }),
    published_at: z.string().optional(),
    updated_at: z.string().optional(),
    artifact: z.object({ integrity: z.string(), size: z.int() }).optional(),
    status: z.object({ state, reason: z.string().optional(), successor: z.string().optional() }),
    key_id: z.string().optional(),
  })
  .openapi('Entry');

/** A key that may publish under a name. */
export const ownerSchema = z.object({ key_id: z.string(), public_key: z.string() }).openapi('Owner');

/** All of a name. */
export const pluginSchema = z
  .object({
    name: z.string(),
    owners: z.array(ownerSchema),
    versions: z.array(entrySchema),
    latest: z.string().optional().openapi({ description: 'the newest version that is not yanked, active ones first' }),
  })
  .openapi('Plugin');

/** A page of a search. */
export const pageSchema = z.object({ items: z.array(entrySchema), cursor: z.string().optional() }).openapi('Page');

/** Types of plugins. */
export const typeParam = z.enum(PluginType);
