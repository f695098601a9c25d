/** True for a URL that one of the entries names: `example.com` with what is below it, `.example.com`, `host:port`, `*`. */
export function bypassProxy(url: URL, except: readonly string[]): boolean {
  const host = plain(url.hostname);
  const port = url.port || '443';
  return except.some((entry) => {
    if (entry === '*') return true;
    const [, name = entry, only] = /^(.*[^:\]]|\[.*\]):([0-9]+)$/.exec(entry.replace(/^\*?\./, '')) ?? [
      '',
      entry.replace(/^\*?\./, ''),
    ];
    const wanted = plain(name);
    return (only === undefined || only === port) && (host === wanted || host.endsWith(`.${wanted}`));
  });
}

function plain(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, '');
}
