import { type RouteConfig, z } from '@hono/zod-openapi';

/** What a route answers when all is well. */
export interface GoodAnswer {
  readonly description: string;
  /** Absent for an answer without a body. */
  readonly schema?: z.ZodType;
  /** Default: JSON. */
  readonly mediaType?: string;
}

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ example: 'PLUGIN_NOT_FOUND' }),
    detail: z.string(),
    hint: z.string().optional(),
    findings: z.array(z.unknown()).optional(),
    request_id: z.string(),
  })
  .openapi('Problem', { description: 'Problem details (RFC 9457)' });

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'No token, or a wrong one',
  403: 'Not allowed',
  404: 'There is no such thing',
  409: 'It stands against what is there',
  413: 'Too large',
  416: 'The range is not in the archive',
  422: 'Untrusted, tampered with, unpinned, or with an invalid manifest',
  429: 'Too many requests; see Retry-After',
  502: 'The source failed',
  503: 'Not available now; see Retry-After',
  504: 'The source took too long',
};

/** Problems that any route may answer. */
const ALWAYS = [400, 401, 429, 503];

/** Describes the answers of a route for `/openapi.json`: the good ones, and the problems by their status. */
export function describeResponses(
  good: Readonly<Record<number, GoodAnswer>>,
  problems: readonly number[] = [],
): RouteConfig['responses'] {
  const described = Object.entries(good).map(([status, answer]) => [status, describe(answer)] as const);
  const statuses = [...new Set([...ALWAYS, ...problems])].sort((a, b) => a - b);
  const refused = statuses.map((status) => {
    const content = { 'application/problem+json': { schema: problem } };
    return [String(status), { description: PROBLEMS[status] ?? 'Refused', content }] as const;
  });
  return Object.fromEntries([...described, ...refused]);
}

function describe({
  description,
  schema,
  mediaType = 'application/json',
}: GoodAnswer): RouteConfig['responses'][number] {
  return schema === undefined ? { description } : { description, content: { [mediaType]: { schema } } };
}
