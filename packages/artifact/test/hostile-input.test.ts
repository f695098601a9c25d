import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { copyTree, inspectTree, listTree, packTree, unpackArchive } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { hostileArchives } from './hostile-archives.js';
import { hostileTrees } from './hostile-trees.js';
import { temporaryFolder } from './temporary-folder.js';

describe('a hostile archive is refused and leaves nothing behind', () => {
  for (const { name, bytes, code } of hostileArchives()) {
    it(name, async () => {
      const folder = await temporaryFolder();
      await expect(unpackArchive(bytes, join(folder, 'deep/target'))).rejects.toMatchObject({ code });
      expect(await readdir(folder)).toEqual([]);
    });
  }
});

describe('a hostile folder is refused', () => {
  for (const { name, code, packingOnly, make } of hostileTrees()) {
    it(name, async () => {
      const folder = await temporaryFolder();
      const tree = join(folder, 'tree');
      await mkdir(tree);
      await make(tree);
      await expect(packTree(tree)).rejects.toMatchObject({ code });
      await expect(listTree(tree, { view: 'packing' })).rejects.toMatchObject({ code });
      await expect(copyTree(tree, join(folder, 'copy'))).rejects.toMatchObject({ code });
      expect(await readdir(folder)).toEqual(['tree']);
      if (!packingOnly) await expect(listTree(tree)).rejects.toMatchObject({ code });
      await expect(inspectTree(tree, [])).resolves.not.toEqual([]);
    });
  }
});
