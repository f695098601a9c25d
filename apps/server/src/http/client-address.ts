import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Finds out where a request comes from; made of the proxies that are believed. */
export type AddressFinder = (socketAddress: string | undefined, forwardedFor: string | undefined) => string;

const MAX_FORWARDED = 1000;
/** How a socket of IPv6 names a client of IPv4. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/**
 * Makes an {@link AddressFinder}: `X-Forwarded-For` is read from its end, which the nearest proxy wrote, and only as far as
 * trusted proxies wrote it. Anybody can send that header.
 *
 * @param trusted addresses and ranges (CIDR)
 */
export function createAddressFinder(trusted: readonly string[]): AddressFinder {
  const ranges = trusted.map(parseRange);
  const isTrusted = (address: string): boolean => {
    const parsed = parseAddress(address);
    return parsed !== undefined && ranges.some((range) => parsed.kind() === range[0].kind() && parsed.match(range));
  };
  return (socketAddress, forwardedFor) => {
    const direct = socketAddress?.replace(MAPPED, '') ?? 'unknown';
    if (ranges.length === 0 || forwardedFor === undefined || forwardedFor.length > MAX_FORWARDED) return direct;
    let address = direct;
    for (const hop of forwardedFor.split(',').reverse()) {
      if (!isTrusted(address)) return address;
      const next = normal(hop.trim());
      if (next === undefined) return address;
      address = next;
    }
    return address;
  };
}

/** What requests of an address are counted under: all of a `/64` is one customer of a network. */
export function addressKey(address: string): string {
  // Nothing but IPv6 has a colon; parsing what has none takes longer than all the rest of a request's counting.
  if (!address.includes(':')) return address;
  const parsed = parseAddress(address);
  if (!(parsed instanceof ipaddr.IPv6)) return address;
  return parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}

function parseRange(text: string): Range {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** An IPv4 address that comes in the clothes of IPv6 is an IPv4 address. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

function normal(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseAddress(text)?.toString();
}
