import { createRequire } from 'node:module';

/**
 * JSON Schema (2020-12) of `agent-plugin.yaml` by the publishing rule, for editors; also the file
 * `@agentmesh/manifest/schema.json`. What it cannot say (normal form, direction of text, duplicates) `checkPublishable` does.
 */
export const manifestSchema: Readonly<Record<string, unknown>> = createRequire(import.meta.url)(
  '../schema/agent-plugin.schema.json',
);
