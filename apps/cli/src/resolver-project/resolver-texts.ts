/** What the files of a new resolver package are made from. */
export interface ResolverNames {
  /** `s3` */
  readonly scheme: string;
  /** `agentmesh-resolver-s3` */
  readonly packageName: string;
  /** `S3`, for the names of types. */
  readonly typeName: string;
}

/** `src/create-resolver.ts` of a new resolver package. */
export function createResolverText({ scheme, typeName }: ResolverNames): string {
  return `import { MarketplaceError, printable } from '@agentmesh/errors';
import { formatSource, resolverName, type SourceResolver } from '@agentmesh/resolver';
import { pluginFiles } from './plugin-files.ts';
import { writeFiles } from './write-files.ts';

const SCHEME = '${scheme}';
const SPEC = /^[a-z][a-z0-9-]{0,63}$/;

/** What {@link createResolver} takes. agentmesh hands over its network settings too: proxy, credentials, cache and more. */
export interface ${typeName}ResolverOptions {
  /** The first word of the greeting (default \`Hello\`). */
  readonly greeting?: string;
}

/**
 * The resolver of the scheme \`${scheme}\`: \`${scheme}://world\` is a plugin that greets the world. Put your own way to bring files in
 * the place of \`pluginFiles\`.
 *
 * \`fetch\` throws SOURCE_SYNTAX for a malformed spec, SOURCE_NOT_FOUND, and FETCH_TOO_LARGE at a limit.
 */
export function createResolver(options: ${typeName}ResolverOptions = {}): SourceResolver {
  const { greeting = 'Hello' } = options;
  return {
    scheme: SCHEME,
    fetch: async (spec, target, context) => {
      // First of all: whoever wrote the spec is not trusted, and nothing is touched for a malformed one.
      const name = resolverName(checkSpec(spec));
      context.signal.throwIfAborted();
      const files = pluginFiles(name, greeting);
      if (files === undefined) throw notFound(name);
      await writeFiles(files, target, context);
      // The same source with its reference pinned: a digest, a commit id, an exact version, where the scheme has one.
      return { name, resolved: formatSource({ scheme: SCHEME, spec }) };
    },
  };
}

function checkSpec(spec: string): string {
  if (SPEC.test(spec)) return spec;
  throw new MarketplaceError(\`Expected a name, got "\${printable(spec, 80)}"\`, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write it as ${scheme}://world: lower-case letters, digits and "-".',
  });
}

function notFound(name: string): MarketplaceError {
  return new MarketplaceError(\`There is no "\${name}"\`, { code: 'SOURCE_NOT_FOUND', hint: 'Check the name.' });
}
`;
}

/** `src/plugin-files.ts` of a new resolver package. */
export function pluginFilesText({ scheme }: ResolverNames): string {
  return `/** The files of the plugin of a name, by path; undefined when there is none. Yours come from wherever \`${scheme}\` leads. */
export function pluginFiles(name: string, greeting: string): Readonly<Record<string, string>> | undefined {
  if (name === 'nobody') return undefined;
  return {
    'agent-plugin.yaml': manifest(name),
    'index.js': \`export const greet = () => \${JSON.stringify(\`\${greeting}, \${name}\`)};\\n\`,
  };
}

function manifest(name: string): string {
  return \`name: \${name}
version: 1.0.0
description: Greets \${name}
author: ${scheme}
plugin_type: integration
\`;
}
`;
}

/** `src/write-files.ts` of a new resolver package. */
export const WRITE_FILES_TEXT = `import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import type { FetchContext } from '@agentmesh/resolver';

/** Writes files into \`target\`, counting the limits as it goes; leaves nothing there when it fails. */
export async function writeFiles(
  files: Readonly<Record<string, string>>,
  target: string,
  { signal, limits, onProgress }: FetchContext,
): Promise<void> {
  let count = 0;
  let bytes = 0;
  try {
    for (const [path, text] of Object.entries(files)) {
      signal.throwIfAborted();
      count += 1;
      bytes += Buffer.byteLength(text);
      if (count > limits.maxFiles || bytes > limits.maxBytes) throw tooLarge();
      await mkdir(dirname(join(target, path)), { recursive: true });
      await writeFile(join(target, path), text, { signal });
      onProgress?.({ bytes, files: count });
    }
    signal.throwIfAborted();
  } catch (error) {
    for (const entry of await readdir(target)) await rm(join(target, entry), { recursive: true, force: true });
    throw signal.aborted ? signal.reason : error;
  }
}

function tooLarge(): MarketplaceError {
  return new MarketplaceError('The plugin is larger than it may be', {
    code: 'FETCH_TOO_LARGE',
    hint: 'Allow more with the limits maxFiles and maxBytes.',
  });
}
`;

/** `src/index.ts` of a new resolver package. */
export function indexText({ typeName }: ResolverNames): string {
  return `export type { ${typeName}ResolverOptions } from './create-resolver.ts';
export { createResolver } from './create-resolver.ts';
`;
}

/** `test/contract.test.ts` of a new resolver package. */
export function contractTestText({ packageName }: ResolverNames): string {
  return `import { describe, it } from 'node:test';
import { checkResolver } from '@agentmesh/testkit';
import { createResolver } from '../src/index.ts';

describe('the contract of a resolver, kept by ${packageName}', () => {
  const checks = checkResolver({
    createResolver: () => createResolver(),
    known: { spec: 'world', name: 'world' },
    other: { spec: 'moon', name: 'moon' },
    missing: 'nobody',
    hostile: ['World', 'world#main', 'world/x', 'wor ld', 'con'],
  });
  for (const check of checks) it(check.name, check.run);
});
`;
}
