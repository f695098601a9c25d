import { Page } from './page.js';

/** The sources that plugins of workspaces may come from here. */
export function SourcesPage({ schemes }: { readonly schemes: readonly string[] }) {
  return (
    <Page title="Sources · agentmesh">
      <h1>Sources</h1>
      <p>Plugins are installed into workspaces of this server from these sources, and no others.</p>
      <ul>
        {schemes.map((scheme) => (
          <li>
            <code>{scheme}://</code> {ABOUT.get(scheme) ?? ''}
          </li>
        ))}
      </ul>
    </Page>
  );
}

const ABOUT: ReadonlyMap<string, string> = new Map([
  ['clawhub', 'skills of a ClawHub registry'],
  ['git', 'any git repository over https'],
  ['git+ssh', 'any git repository over ssh'],
  ['github', 'repositories at GitHub'],
  ['https', 'archives at an address, with their integrity'],
  ['local', 'a folder of plugins that the operator keeps'],
  ['npm', 'packages of an npm registry'],
  ['oci', 'artifacts of an OCI registry'],
  ['registry', 'an agentmesh registry'],
]);
