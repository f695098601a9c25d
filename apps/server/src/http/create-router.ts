import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { refuseInvalid } from './refuse-invalid.js';

/** A router for a group of routes, whose requests are refused as everywhere when they are not as described. */
export function createRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
}
