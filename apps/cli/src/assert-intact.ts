import { MarketplaceError, printable } from '@agentmesh/errors';
import type { VerificationReport } from '@agentmesh/installer';

const SHOWN = 10;

/**
 * Refuses plugins whose files are not what was installed, naming each file (the first ten of each plugin).
 *
 * @throws MarketplaceError `TREE_TAMPERED`
 */
export function assertIntact(reports: readonly Pick<VerificationReport, 'name' | 'intact' | 'differences'>[]): void {
  const damaged = reports.filter((report) => !report.intact);
  if (damaged.length === 0) return;
  throw new MarketplaceError(
    `Installed plugins are not what was installed:\n${damaged.map(renderDifferences).join('\n')}`,
    {
      code: 'TREE_TAMPERED',
      hint: `Install again to heal: ${damaged.map(({ name }) => `agentmesh plugin install ${name}`).join('; ')}`,
    },
  );
}

function renderDifferences({ name, differences }: Pick<VerificationReport, 'name' | 'differences'>): string {
  const lines = differences
    .slice(0, SHOWN)
    .map(
      ({ path, kind, detail }) =>
        `  ${printable(name)}/${printable(path)}: ${detail === undefined ? kind : printable(detail)}`,
    );
  const more = differences.length - SHOWN;
  return more > 0 ? [...lines, `  and ${more} more`].join('\n') : lines.join('\n');
}
