import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** A package's archive as npm makes them: gzipped tar, all of it below `package/`. */
export async function packageTarball(
  files: Readonly<Record<string, string | Uint8Array>>,
  top = 'package',
): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name: `${top}/${name}` }, Buffer.from(content));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar.pipe(createGzip())) chunks.push(chunk);
  return Buffer.concat(chunks);
}
