import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { Page } from '../web/page.js';

/** The document that describes the API. */
export type ApiDocument = ReturnType<OpenAPIHono<AppEnv>['getOpenAPI31Document']>;

interface Operation {
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, unknown>> };
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
}

const METHODS = ['get', 'put', 'post', 'delete'] as const;

/** Describes the API from its OpenAPI document. */
export function DocsPage({ document }: { readonly document: ApiDocument }) {
  const { title, description } = document.info;
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p>
        {description} The same for programs: <a href="/openapi.json">openapi.json</a>.
      </p>
      {Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
        METHODS.flatMap((method) => {
          const operation = item?.[method] as Operation | undefined;
          return operation === undefined
            ? []
            : [<OperationPart operation={operation} name={`${method.toUpperCase()} ${path}`} />];
        }),
      )}
    </Page>
  );
}

function OperationPart({ name, operation }: { readonly name: string; readonly operation: Operation }) {
  const types = Object.keys(operation.requestBody?.content ?? {});
  return (
    <section>
      <h2>
        <code>{name}</code>
      </h2>
      <p>
        {operation.summary}
        {operation.security === undefined ? '' : ' Needs a token.'}
      </p>
      {types.length === 0 ? undefined : (
        <p>
          Body: <code>{types.join(', ')}</code>
        </p>
      )}
      <Parameters parameters={operation.parameters ?? []} />
      <table>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(operation.responses ?? {}).map(([status, response]) => (
            <tr>
              <td>
                <code>{status}</code>
              </td>
              <td>{response.description}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Parameters({ parameters }: { readonly parameters: readonly Parameter[] }) {
  if (parameters.length === 0) return undefined;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">In</th>
          <th scope="col">What it is</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map(({ name, in: place, required, description }) => (
          <tr>
            <td>
              <code>{name}</code>
            </td>
            <td>
              {place}
              {required === true ? ', required' : ''}
            </td>
            <td>{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
