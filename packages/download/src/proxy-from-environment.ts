import type { ProxySettings } from './proxy-settings.js';

/**
 * The proxy that an environment names by the usual variables: `HTTPS_PROXY`, else `ALL_PROXY`, and `NO_PROXY`, each in lower
 * case too. `HTTP_PROXY` is of no use here, since nothing but TLS leaves the machine.
 *
 * @param env the environment's record; nothing is read by itself
 */
export function proxyFromEnvironment(env: Readonly<Record<string, string | undefined>>): ProxySettings | undefined {
  const read = (name: string): string => env[name.toLowerCase()] || env[name] || '';
  const url = read('HTTPS_PROXY') || read('ALL_PROXY');
  if (url === '') return undefined;
  const except = read('NO_PROXY')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  // Tools agree that a proxy without a scheme speaks HTTP.
  return { url: url.includes('://') ? url : `http://${url}`, except };
}
