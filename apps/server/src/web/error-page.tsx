import { Page } from './page.js';

/** Says what went wrong, and what can be done about it. */
export function ErrorPage({
  title,
  message,
  hint,
}: {
  readonly title: string;
  readonly message: string;
  readonly hint?: string | undefined;
}) {
  return (
    <Page title={`${title} · agentmesh`}>
      <h1>{title}</h1>
      <p>{message}</p>
      {hint === undefined ? undefined : <p>{hint}</p>}
    </Page>
  );
}
