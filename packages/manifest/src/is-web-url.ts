/** True for an absolute `http` or `https` URL without a user name or password. */
export function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\/\S+$/i.test(text)) return false;
  return url.username === '' && url.password === '';
}
