import { describe, expect, it } from 'vitest';
import { createAddressRules } from '../src/address-rules.js';
import { METADATA_ADDRESSES } from '../src/metadata-addresses.js';

const REFUSED = expect.objectContaining({ code: 'ADDRESS_REFUSED' });

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '192.0.1.1', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    'of the internet is reached: %s',
    (address) => expect(() => createAddressRules().check(address, 'host')).not.toThrow(),
  );

  it.each([
    ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '127.0.0.1', '127.255.255.255', '100.64.0.1', '169.254.1.1', '172.16.0.1'],
    ...['172.31.255.255', '192.168.1.1', '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255'],
    ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', 'fe80::1', 'fec0::1', 'fc00::1', 'fd12::1', 'ff02::1', '100::1', '2001:db8::1', '2001::1'],
    ...['2001:2::1', '3fff::1', '5f00::1', '4000::1', '2002:7f00:1::', '2002:808:808::', '64:ff9b::7f00:1'],
    ...['64:ff9b::8.8.8.8', '64:ff9b:1::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:0:127.0.0.1', '::7f00:1'],
    ...['fe80::1%eth0', '0x7f000001', '127.1', '0177.0.0.1', '2130706433', 'localhost', '', '1.2.3.4.5'],
  ])('that is not of the internet is refused: %s', (address) => {
    expect(() => createAddressRules().check(address, 'host')).toThrowError(REFUSED);
  });

  it('that is listed is reached: by address, by range, by the name that stands for it', () => {
    const rules = createAddressRules(['10.1.2.3', '192.168.0.0/16', 'fd12::/16', 'Registry.Internal.', '[::1]']);
    for (const address of ['10.1.2.3', '192.168.7.7', 'fd12::9', '::1']) {
      expect(() => rules.check(address, 'anything')).not.toThrow();
    }
    expect(() => rules.check('10.1.2.4', 'anything')).toThrowError(REFUSED);
    expect(() => rules.check('10.1.2.4', 'registry.internal')).not.toThrow();
    expect(() => rules.check('10.1.2.4', 'evil.registry.internal')).toThrowError(REFUSED);
  });

  it('that stands for another is as good as that one', () => {
    const rules = createAddressRules(['127.0.0.1', '64:ff9b::/96']);
    expect(() => rules.check('::ffff:127.0.0.1', 'host')).not.toThrow();
    expect(() => rules.check('64:ff9b::8.8.8.8', 'host')).not.toThrow();
    expect(() => rules.check('64:ff9b::10.0.0.1', 'host')).toThrowError(REFUSED);
    expect(() => rules.check('::ffff:10.0.0.1', 'host')).toThrowError(REFUSED);
  });

  it.each(METADATA_ADDRESSES)('of cloud metadata is refused, listed or not: %s', (address) => {
    const rules = createAddressRules(['0.0.0.0/0', '::/0', 'metadata.internal', address]);
    expect(() => rules.check(address, 'metadata.internal')).toThrowError(REFUSED);
  });

  it('of cloud metadata is refused in another spelling, too', () => {
    const rules = createAddressRules(['0.0.0.0/0', '::/0']);
    for (const address of ['::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::', 'FD00:EC2:0::254']) {
      expect(() => rules.check(address, 'host')).toThrowError(REFUSED);
    }
  });

  it('list with a mistake in it is refused whole', () => {
    expect(() => createAddressRules(['10.0.0.0/99'])).toThrowError(REFUSED);
  });
});
