import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { COPY_PATH, COPY_SCRIPT } from './copy-script.js';
import { STYLE, STYLE_PATH } from './style.js';

const ASSETS = [
  { path: STYLE_PATH, type: 'text/css; charset=utf-8', text: STYLE },
  { path: COPY_PATH, type: 'text/javascript; charset=utf-8', text: COPY_SCRIPT },
] as const;

/** Serves what pages use besides themselves. */
export function addAssets(router: OpenAPIHono<AppEnv>): void {
  for (const { path, type, text } of ASSETS) {
    router.get(path, (context) =>
      context.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable' }),
    );
  }
}
