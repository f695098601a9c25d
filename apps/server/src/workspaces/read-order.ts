import { MarketplaceError, printable } from '@agentmesh/errors';
import { parseSource, type Source } from '@agentmesh/resolver';
import { ProblemDetails } from '../http/problem-details.js';

const SRI = /^(?:sha512-[A-Za-z0-9+/]{86}==|h1:[A-Za-z0-9+/]{43}=)$/;
const ARCHIVES: readonly string[] = ['http', 'https'];

/** What a client asks to have installed. */
export interface InstallOrder {
  readonly source: Source;
  /** `h1:…` of the files, or `sha512-…` of their archive; for an archive's URL that went into the source. */
  readonly integrity: string | undefined;
}

/**
 * Reads what a client asked for; a bare name is one of the local folder.
 *
 * @param schemes those that are wired
 * @throws MarketplaceError `SOURCE_SYNTAX`, `REQUEST_INVALID`, and `SOURCE_SCHEME_UNKNOWN` with `available_schemes`
 */
export function readOrder(source: string, integrity: string | undefined, schemes: readonly string[]): InstallOrder {
  const parsed = parseSource(source, { defaultScheme: 'local' });
  if (!schemes.includes(parsed.scheme)) throw unknownScheme(parsed.scheme, schemes);
  if (integrity !== undefined && !SRI.test(integrity)) throw badIntegrity();
  if (integrity === undefined || !integrity.startsWith('sha512-') || !ARCHIVES.includes(parsed.scheme)) {
    return { source: parsed, integrity };
  }
  if (parsed.spec.includes('#')) throw badIntegrity('the source has a digest already');
  const hex = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  return { source: { scheme: parsed.scheme, spec: `${parsed.spec}#sha512=${hex}` }, integrity: undefined };
}

function unknownScheme(scheme: string, schemes: readonly string[]): ProblemDetails {
  return new ProblemDetails(
    `No resolver for the scheme "${printable(scheme, 80)}"; available: ${schemes.join(', ') || 'none'}`,
    {
      code: 'SOURCE_SCHEME_UNKNOWN',
      hint: 'Use one of these, or ask the operator of the server to wire it.',
      details: { available_schemes: schemes },
    },
  );
}

function badIntegrity(why = 'it has another form'): MarketplaceError {
  return new MarketplaceError(`Expected an integrity as sha512-… or h1:…, but ${why}`, {
    code: 'REQUEST_INVALID',
    hint: 'sha512-… is that of an archive, as registries list it; h1:… that of the files, as locks and manifests have it.',
  });
}
