import type { InstallRecord } from '../targets/install-record.js';
import { Page } from './page.js';
import { PlainText } from './plain-text.js';

/** What {@link WorkspacePage} shows. */
export interface WorkspacePageProps {
  readonly id: string;
  readonly runtime?: string | undefined;
  readonly plugins: readonly InstallRecord[];
}

/** What a workspace has installed, and where each plugin came from. */
export function WorkspacePage({ id, runtime, plugins }: WorkspacePageProps) {
  return (
    <Page title={`Workspace ${id} · agentmesh`}>
      <h1>
        Workspace <PlainText text={id} />
      </h1>
      {runtime === undefined ? undefined : (
        <p>
          Runtime: <PlainText text={runtime} />
        </p>
      )}
      {plugins.length === 0 ? <p>No plugin is installed.</p> : <Installed plugins={plugins} />}
    </Page>
  );
}

function Installed({ plugins }: { readonly plugins: readonly InstallRecord[] }) {
  return (
    <section class="wide" aria-label="Installed plugins" tabindex={0}>
      <table>
        <caption>{plugins.length} installed</caption>
        <thead>
          <tr>
            <th scope="col">Plugin</th>
            <th scope="col">Version</th>
            <th scope="col">From</th>
            <th scope="col">Signed by</th>
            <th scope="col">Digest</th>
          </tr>
        </thead>
        <tbody>
          {plugins.map((record) => (
            <tr>
              <th scope="row">
                <PlainText text={record.plugin} />
              </th>
              <td>
                <PlainText text={record.version} />
              </td>
              <td>
                <PlainText text={record.resolved} />
              </td>
              <td>
                {record.keyId === null || record.keyId === undefined ? (
                  <span class="mark unsigned">nobody</span>
                ) : (
                  <code>{record.keyId}</code>
                )}
              </td>
              <td>
                <code>{record.contentDigest}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
