const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * True when a URL goes to one of the hosts granted.
 *
 * @param net `host:port`, the host in lower case, IPv6 in brackets
 */
export function isAllowed(url: URL, net: readonly string[]): boolean {
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port;
  return net.some((entry) => canonical(entry) === `${url.hostname.replace(/\.$/, '')}:${port}`);
}

/** As URL writes hosts: addresses in one spelling, names in ASCII. */
function canonical(entry: string): string {
  const end = entry.lastIndexOf(':');
  const url = URL.parse(`https://${entry.slice(0, end)}/`);
  return url === null ? entry : `${url.hostname.replace(/\.$/, '')}:${entry.slice(end + 1)}`;
}
