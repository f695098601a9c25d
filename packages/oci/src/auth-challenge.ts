/** One challenge of a `WWW-Authenticate` header. */
export interface AuthChallenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

const MAX_HEADER = 8_192;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETER = new RegExp(String.raw`^[\s,]*(${TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(${TOKEN}))`);
const SCHEME = new RegExp(`^[\\s,]*(${TOKEN})(?=\\s|,|$)`);

/** The challenges of one header (RFC 9110, 11.6.1), as far as it can be read; none of one that is too long. */
export function parseChallenges(header: string): readonly AuthChallenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  let rest = header.length > MAX_HEADER ? '' : header;
  while (rest.trim() !== '') {
    const [whole, name, quoted, plain] = PARAMETER.exec(rest) ?? [];
    const current = challenges.at(-1);
    if (whole !== undefined && name !== undefined && current !== undefined) {
      current.parameters[name.toLowerCase()] ??= quoted?.replaceAll(/\\(.)/g, '$1') ?? plain ?? '';
      rest = rest.slice(whole.length);
      continue;
    }
    const [start, scheme] = SCHEME.exec(rest) ?? [];
    if (start === undefined || scheme === undefined) break;
    challenges.push({ scheme: scheme.toLowerCase(), parameters: Object.create(null) });
    rest = rest.slice(start.length);
  }
  return challenges;
}
