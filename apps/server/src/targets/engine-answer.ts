import { MarketplaceError, printable } from '@agentmesh/errors';
import type { EngineAnswer } from './call-engine.js';

/**
 * The body of an answer that says that all went well.
 *
 * @param doing what was asked for, for messages
 * @throws MarketplaceError `ENGINE_FAILED`, without what the engine said
 */
export function expectStatus({ status, body }: EngineAnswer, doing: string): Buffer {
  if (status >= 200 && status < 300) return body;
  throw engineFailed(doing, status);
}

/** The error of an engine that refused, or made no sense. */
export function engineFailed(doing: string, status?: number): MarketplaceError {
  const said = status === undefined ? 'made no sense' : `answered ${status}`;
  return new MarketplaceError(`The container engine ${said} for ${printable(doing)}`, {
    code: 'ENGINE_FAILED',
    hint: "The engine's own log says why.",
  });
}

/**
 * The JSON of an answer.
 *
 * @throws MarketplaceError `ENGINE_FAILED`
 */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw engineFailed('a call');
  }
}
