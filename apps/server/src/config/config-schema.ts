import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { parseGoDuration } from './go-duration.js';
import { completeInstallSettings, INSTALL_SETTINGS } from './install-settings.js';
import { LIMITS, type LimitKind, type LimitSpec, type ServerLimits } from './limits.js';
import type { ServerConfig } from './server-config.js';

const YES: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const text = z.string().min(1);
const flag = z.string().transform((value, context) => {
  const answer = YES.get(value.toLowerCase());
  if (answer === undefined) context.addIssue('expected true or false');
  return answer ?? false;
});
const list = z.union([z.array(text), z.string().transform((value) => value.split(',').map((item) => item.trim()))]);
const names = list.transform((items) => items.filter((item) => item !== ''));
const range = text.refine(
  (value) => ipaddr.isValid(value) || ipaddr.isValidCIDR(value),
  'expected an address or range',
);

/** Settings that are no limits, as they are written; a wrong one stops the start. */
const SETTINGS = {
  host: {
    schema: text.refine((value) => value === 'localhost' || isIP(value) > 0, 'expected an IP address'),
    about: 'address to listen on (127.0.0.1)',
  },
  port: {
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .refine((port) => port < 65_536),
    about: 'port to listen on (8470); 0 takes a free one',
  },
  publicUrl: { schema: z.url({ protocol: /^https?$/ }), about: 'where others reach this server' },
  dataDir: { schema: text, about: 'folder of all that is kept (.agentmesh/server)' },
  database: { schema: text, about: 'sqlite:PATH or postgres://… (a file in the data folder)' },
  artifacts: { schema: text, about: 'folder of archives, or oci://… (a folder in the data folder)' },
  anonymousRead: { schema: flag, about: 'whether reading needs no token (true)' },
  metrics: {
    schema: z.enum(['open', 'token']),
    about: 'whether /metrics needs a token (open on loopback without a public URL, else token)',
  },
  trustedProxies: {
    schema: names.pipe(z.array(range)),
    about: 'addresses whose X-Forwarded-For is believed, separated by commas (none)',
  },
  rateLimits: { schema: z.enum(['memory', 'database']), about: 'where requests are counted (memory)' },
  logLevel: { schema: z.enum(['debug', 'info', 'warn', 'error', 'silent']), about: 'what is logged (info)' },
  sources: {
    schema: names.pipe(z.array(z.string().regex(/^[a-z][a-z0-9+.-]*$/))),
    about: 'schemes of sources (github,local)',
  },
  pluginsDir: { schema: text, about: 'folder of the local scheme (plugins)' },
  workspacesDir: { schema: text, about: 'folder of workspaces (in the data folder)' },
  ...INSTALL_SETTINGS,
} as const satisfies Readonly<Record<string, { schema: z.ZodType; about: string }>>;

/** All keys of a configuration, with what they are. */
export const ABOUT: ReadonlyMap<string, string> = new Map(
  [...Object.entries(SETTINGS), ...Object.entries(LIMITS)].map(([key, { about }]) => [key, about]),
);

const schema = z.strictObject({
  ...shapeOf(SETTINGS),
  ...(Object.fromEntries(Object.entries(LIMITS).map(([key, spec]) => [key, limit(spec)])) as {
    [Key in keyof typeof LIMITS]: ReturnType<typeof limit>;
  }),
});

/** Raw settings by key, each a text or, of a list in a file, texts. */
export type RawConfig = Readonly<Record<string, string | readonly string[]>>;

/** Checks raw settings and fills in what is not set; paths start from `cwd`. */
export function parseConfig(raw: RawConfig, cwd: string): z.ZodSafeParseResult<ServerConfig> {
  const completed = schema.transform((set): ServerConfig => {
    const dataDir = resolve(cwd, set.dataDir ?? '.agentmesh/server');
    return {
      host: set.host ?? '127.0.0.1',
      port: set.port ?? 8470,
      publicUrl: set.publicUrl,
      dataDir,
      database: set.database ?? `sqlite:${join(dataDir, 'agentmesh.db')}`,
      artifacts: artifactsOf(set.artifacts ?? join(dataDir, 'artifacts'), cwd),
      anonymousRead: set.anonymousRead ?? true,
      metrics: set.metrics ?? usualMetrics(set.host, set.publicUrl),
      trustedProxies: set.trustedProxies ?? [],
      rateLimits: set.rateLimits ?? 'memory',
      logLevel: set.logLevel ?? 'info',
      sources: set.sources ?? ['github', 'local'],
      pluginsDir: resolve(cwd, set.pluginsDir ?? 'plugins'),
      workspacesDir: resolve(cwd, set.workspacesDir ?? join(dataDir, 'workspaces')),
      install: completeInstallSettings(set, { dataDir, cwd }),
      limits: limitsOf(set),
    };
  });
  return completed.safeParse(raw);
}

/** On loopback the neighbours of a laptop are asking; with a public URL a proxy may be passing on what everybody asks. */
function usualMetrics(host = '127.0.0.1', publicUrl: string | undefined): ServerConfig['metrics'] {
  const isLoopback = host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
  return isLoopback && publicUrl === undefined ? 'open' : 'token';
}

function artifactsOf(place: string, cwd: string): string {
  return place.startsWith('oci://') ? place : resolve(cwd, place);
}

function limitsOf(set: { readonly [Key in keyof typeof LIMITS]: number }): ServerLimits {
  const keys = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  return Object.fromEntries(keys.map((key) => [key, set[key]])) as ServerLimits;
}

/** Unset, unparsable and not above zero all mean the default, as where these names come from. */
function limit(spec: LimitSpec) {
  return z
    .unknown()
    .optional()
    .transform((value): number => {
      const parsed = typeof value === 'string' ? PARSERS[spec.kind](value.trim()) : undefined;
      return parsed !== undefined && parsed > 0 ? parsed : spec.default;
    });
}

const PARSERS: Readonly<Record<LimitKind, (value: string) => number | undefined>> = {
  bytes: parseInteger,
  count: parseInteger,
  // Timers take whole milliseconds, up to 2^31 of them.
  duration: (value) => {
    const parsed = parseGoDuration(value);
    return parsed === undefined ? undefined : Math.min(Math.ceil(parsed), 2 ** 31 - 1);
  },
};

function parseInteger(value: string): number | undefined {
  const parsed = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  return parsed;
}

function shapeOf<T extends Readonly<Record<string, { schema: z.ZodType }>>>(
  settings: T,
): { [Key in keyof T]: z.ZodOptional<T[Key]['schema']> } {
  return Object.fromEntries(Object.entries(settings).map(([key, { schema: of }]) => [key, of.optional()])) as {
    // `fromEntries` forgets which key has which schema.
    [Key in keyof T]: z.ZodOptional<T[Key]['schema']>;
  };
}
