const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** A token of HTTP (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** Why an address is none for a server, as a phrase (Agent Plugins 1.0, URLs of servers). */
export function checkUrl(text: string): string | undefined {
  const url = /^https?:\/\//i.test(text) && !/[\s\\\u0000-\u001f]/.test(text) ? URL.parse(text) : null;
  if (url === null) return 'has a url that is no absolute http or https address';
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text)) return 'has a user in its url';
  if (text.includes('#')) return 'has a fragment in its url';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) return 'has a url without https';
  return undefined;
}

/** Why headers cannot be sent, as a phrase. */
export function checkHeaders(headers: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(headers);
  if (!names.every((name) => TOKEN.test(name))) return 'has a header with a bad name';
  if (new Set(names.map((name) => name.toLowerCase())).size !== names.length) return 'has a header twice';
  if (!Object.values(headers).every((value) => VALUE.test(value))) return 'has a header with a bad value';
  return undefined;
}
