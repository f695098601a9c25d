import ipaddr from 'ipaddr.js';

/** IPv6 networks that stand for IPv4 addresses, and at which byte the address begins. */
const NETWORKS: readonly (readonly [network: [ipaddr.IPv6, number], offset: number])[] = [
  // IPv4-compatible (RFC 4291, 2.5.5.1) and IPv4-mapped (2.5.5.2)
  [[ipaddr.IPv6.parse('::'), 96], 12],
  [[ipaddr.IPv6.parse('::ffff:0:0'), 96], 12],
  // IPv4-translated (RFC 6145)
  [[ipaddr.IPv6.parse('::ffff:0:0:0'), 96], 12],
  // NAT64 (RFC 6052) and its local form (RFC 8215)
  [[ipaddr.IPv6.parse('64:ff9b::'), 96], 12],
  [[ipaddr.IPv6.parse('64:ff9b:1::'), 48], 12],
  // 6to4 (RFC 3056)
  [[ipaddr.IPv6.parse('2002::'), 16], 2],
];

/** The IPv4 address that an IPv6 address of a transition mechanism leads to; undefined for any other. */
export function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const found = NETWORKS.find(([network]) => address.match(network));
  if (found === undefined || isUnspecifiedOrLoopback(address)) return undefined;
  const [, offset] = found;
  return new ipaddr.IPv4(address.toByteArray().slice(offset, offset + 4));
}

/** `::` and `::1` lie in the IPv4-compatible network and are no such addresses. */
function isUnspecifiedOrLoopback(address: ipaddr.IPv6): boolean {
  return address.range() === 'loopback' || address.range() === 'unspecified';
}
