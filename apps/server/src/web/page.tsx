import type { Child } from 'hono/jsx';
import { COPY_PATH } from './copy-script.js';
import { STYLE_PATH } from './style.js';

/** What {@link Page} takes. */
export interface PageProps {
  readonly title: string;
  /** What is being searched for, shown in the search field. */
  readonly text?: string | undefined;
  readonly children?: Child;
}

/** The frame of every page: search above, the page's own below. It works without scripts. */
export function Page({ title, text, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="stylesheet" href={STYLE_PATH} />
        <script src={COPY_PATH} defer />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to content
        </a>
        <header>
          <a class="brand" href="/">
            agentmesh
          </a>
          <search>
            <form action="/">
              <label class="quiet" for="search">
                Search plugins
              </label>
              <input
                id="search"
                type="search"
                name="q"
                value={text ?? ''}
                maxlength={200}
                placeholder="Search plugins"
              />
              <button type="submit">Search</button>
            </form>
          </search>
          <nav aria-label="Site">
            <a href="/sources">Sources</a> <a href="/docs">API</a>
          </nav>
        </header>
        <main id="content">{children}</main>
      </body>
    </html>
  );
}
