import { createFolderTarget } from '../../src/targets/folder-target.js';
import type { Placement } from '../../src/targets/workspace-target.js';

// Replaces a plugin by one of two versions in turn until it is killed; told where as JSON.
const { root, placements }: { readonly root: string; readonly placements: readonly Placement[] } = JSON.parse(
  process.argv[2] ?? '',
);
const target = createFolderTarget({ root });
for (let count = 0; ; count += 1) {
  const placement = placements[count % placements.length];
  if (placement === undefined) break;
  await target.replace('team', placement);
  process.stdout.write('.');
  if (count % 3 === 2) await target.remove('team', placement.record.plugin);
}
