import { createHostGuard } from '@agentmesh/http';
import { describe, expect, it } from 'vitest';

const lookup =
  (...addresses: string[]) =>
  async () =>
    addresses.map((address) => ({ address, family: 0 }));

describe('a host for a program that connects by itself', () => {
  it('is answered as addresses that were checked', async () => {
    const guard = createHostGuard({ lookup: lookup('93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c') });
    expect(await guard.resolve('Example.com.')).toEqual([
      { address: '93.184.215.14', family: 4 },
      { address: '2606:2800:21f:cb07:6820:80da:af6b:8b2c', family: 6 },
    ]);
    expect(await guard.resolve('[2606:2800:21f:cb07:6820:80da:af6b:8b2c]')).toHaveLength(1);
  });

  it.each([['10.0.0.1'], ['169.254.169.254'], ['::1'], ['93.184.215.14', '127.0.0.1']])(
    'that stands for %s is refused as a whole',
    async (...addresses) => {
      const resolved = createHostGuard({ lookup: lookup(...addresses) }).resolve('rebound.test');
      await expect(resolved).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    },
  );

  it('that is an address is checked without asking', async () => {
    const guard = createHostGuard({
      lookup: () => Promise.reject(new Error('asked')),
      allowPrivateHosts: ['127.0.0.1'],
    });
    expect(await guard.resolve('127.0.0.1', true)).toEqual([{ address: '127.0.0.1', family: 4 }]);
    await expect(guard.resolve('10.1.2.3')).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect([guard.isListed('127.0.0.1'), guard.isListed('10.1.2.3')]).toEqual([true, false]);
  });

  it('without TLS has to be listed loopback', async () => {
    const guard = createHostGuard({ lookup: lookup('10.0.0.1'), allowPrivateHosts: ['inside.test'] });
    expect(await guard.resolve('inside.test')).toHaveLength(1);
    await expect(guard.resolve('inside.test', true)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('without addresses is no host', async () => {
    await expect(createHostGuard({ lookup: lookup() }).resolve('none.test')).rejects.toMatchObject({
      code: 'HTTP_FAILED',
    });
  });
});
