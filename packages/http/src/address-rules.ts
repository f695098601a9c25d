import { MarketplaceError, printable } from '@agentmesh/errors';
import ipaddr from 'ipaddr.js';
import { embeddedIpv4 } from './embedded-ipv4.js';
import { METADATA_ADDRESSES } from './metadata-addresses.js';
import { normalizeHost } from './normalize-host.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Global unicast (IANA's registry of IPv6 address space): outside of it no address belongs to the internet. */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
const METADATA = METADATA_ADDRESSES.map((address) => ipaddr.parse(address));

/** Which addresses may be connected to. */
export interface AddressRules {
  /**
   * Checks an address that a host stands for.
   *
   * @throws MarketplaceError `ADDRESS_REFUSED`
   */
  check(address: string, host: string): void;
  /** True for a loopback address that was listed, or whose host was. */
  isListedLoopback(address: string, host: string): boolean;
  /** True for a host that is listed by its name, or by its address where it is one. */
  isListedHost(host: string): boolean;
}

/**
 * The public internet, and of the rest what is listed. Cloud metadata addresses are refused even then.
 *
 * @param listed host names, addresses and CIDR ranges
 * @throws MarketplaceError `ADDRESS_REFUSED` for an entry that is none of them
 */
export function createAddressRules(listed: readonly string[] = []): AddressRules {
  const hosts = new Set<string>();
  const networks: [Address, number][] = [];
  for (const entry of listed) {
    const network = parseNetwork(entry);
    if (network !== undefined) networks.push(network);
    else hosts.add(normalizeHost(entry));
  }
  const isListed = (address: Address, host: string): boolean =>
    hosts.has(normalizeHost(host)) ||
    networks.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));
  return {
    check(text, host) {
      const address = parseAddress(text);
      const reason = address === undefined ? 'no address' : refusal(address, (one) => isListed(one, host));
      if (reason !== undefined) throw refused(host, text, reason);
    },
    isListedHost(host) {
      const address = parseAddress(normalizeHost(host));
      return address === undefined ? hosts.has(normalizeHost(host)) : isListed(address, host);
    },
    isListedLoopback(text, host) {
      const address = parseAddress(text);
      if (address === undefined) return false;
      const inner = address instanceof ipaddr.IPv6 ? (embeddedIpv4(address) ?? address) : address;
      return inner.range() === 'loopback' && (isListed(address, host) || isListed(inner, host));
    },
  };
}

/** Why an address may not be connected to. One that stands for another is as good as that. */
function refusal(address: Address, isListed: (address: Address) => boolean): string | undefined {
  if (METADATA.some((metadata) => metadata.toNormalizedString() === address.toNormalizedString())) {
    return 'a cloud metadata address';
  }
  const inner = address instanceof ipaddr.IPv6 ? embeddedIpv4(address) : undefined;
  if (inner !== undefined) {
    const reason = refusal(inner, isListed);
    return reason ?? (isListed(address) || isListed(inner) ? undefined : 'an address of a transition mechanism');
  }
  if (isListed(address)) return undefined;
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST)) return `not public (${address.range()})`;
  return address.range() === 'unicast' ? undefined : `not public (${address.range()})`;
}

function parseNetwork(entry: string): [Address, number] | undefined {
  const text = entry.replace(/^\[|\]$/g, '');
  if (text.includes('/')) {
    if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
    throw new MarketplaceError(`Expected a host, an address or a CIDR range, got ${printable(entry)}`, {
      code: 'ADDRESS_REFUSED',
      hint: 'Write a range like 10.0.0.0/8.',
    });
  }
  const address = parseAddress(text);
  return address === undefined ? undefined : [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Four decimal parts or IPv6: the other spellings of IPv4 are for parsers to disagree about. */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return text.includes('%') || !ipaddr.IPv6.isValid(text) ? undefined : ipaddr.IPv6.parse(text);
}

function refused(host: string, address: string, reason: string): MarketplaceError {
  const shown = normalizeHost(host) === address ? printable(address) : `${printable(host)} (${printable(address)})`;
  return new MarketplaceError(`No connection is made to ${shown}: it is ${reason}`, {
    code: 'ADDRESS_REFUSED',
    hint: 'Only addresses of the internet are reached; a private one has to be listed (allowPrivateHosts).',
  });
}
