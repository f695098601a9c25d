import type { FileWriter, WriteContent } from './file-writer.js';

/** Keeps files in memory, by their paths. */
export class MemoryWriter implements FileWriter {
  readonly files: Map<string, Uint8Array> = new Map();

  async write(path: string, content: WriteContent): Promise<void> {
    const held: Uint8Array[] = [];
    await content(async (chunk) => void held.push(chunk));
    this.writeWhole(path, Buffer.concat(held));
  }

  writeWhole(path: string, content: Uint8Array): void {
    this.files.set(path, content);
  }
}
