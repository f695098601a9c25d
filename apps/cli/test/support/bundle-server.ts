import { createRequire } from 'node:module';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const require = createRequire(import.meta.url);

/** The source of an MCP server and the packages that it imports, as the one file that a plugin ships. */
export async function bundleServer(source: string): Promise<string> {
  const entry = join(import.meta.dirname, 'mcp-server-under-test.mjs');
  const bundled = await rolldown({
    input: entry,
    platform: 'node',
    logLevel: 'silent',
    plugins: [
      {
        name: 'source',
        resolveId: (id) =>
          id === entry
            ? id
            : id === 'zod'
              ? require.resolve('zod', { paths: [require.resolve('@modelcontextprotocol/server')] })
              : null,
        load: (id) => (id === entry ? source : null),
      },
    ],
  });
  const { output } = await bundled.generate({ format: 'esm', codeSplitting: false });
  await bundled.close();
  return output[0].code;
}
