import { verifyBytes } from '@agentmesh/signing';
import { verify as nobleVerify, Point } from '@noble/ed25519';
import { describe, expect, it } from 'vitest';
import {
  build,
  type EdgeSignature,
  encode,
  encodeNumber,
  FIELD,
  holdsWithoutCofactor,
  nodeAccepts,
  ORDER,
  search,
  torsion,
  withScalar,
} from './edge-signatures.js';

type Verdict = 'accepted' | 'refused' | 'key refused';

function verdict({ message, key, signature }: EdgeSignature): Verdict {
  try {
    return verifyBytes(message, signature, key) ? 'accepted' : 'refused';
  } catch (error) {
    expect(error).toMatchObject({ code: 'KEY_INVALID' });
    return 'key refused';
  }
}

function nobleAccepts({ message, key, signature }: EdgeSignature): boolean {
  return nobleVerify(signature, message, key, { zip215: false });
}

/** y = p + 1 is another spelling of y = 1, the neutral element; the sign bit on x = 0 is a third. */
const IDENTITY_SPELT_HIGH = encodeNumber(FIELD + 1n);
const IDENTITY_WITH_SIGN = encodeNumber(1n + (1n << 255n));
/** y = p + 3 is another spelling of y = 3, a point of big order. */
const FULL_ORDER_SPELT_HIGH = encodeNumber(FIELD + 3n);

/** The twelve kinds of the paper in its order, then ours. */
const CASES: readonly [kind: string, edge: EdgeSignature, expected: Verdict][] = [
  [
    '0: key and R of small order, S = 0',
    build({ message: 'a', key: 'none', keyTorsion: 1, nonce: 'none', nonceTorsion: 1 }),
    'key refused',
  ],
  [
    '1: key of small order, R mixed',
    build({ message: 'a', key: 'none', keyTorsion: 1, nonceTorsion: 1 }),
    'key refused',
  ],
  [
    '2: key mixed, R of small order',
    build({ message: 'a', keyTorsion: 1, nonce: 'none', nonceTorsion: 1 }),
    'accepted',
  ],
  [
    '3: key and R mixed, fits with and without the cofactor',
    search({ message: 'a', keyTorsion: 1, nonceTorsion: 1 }, holdsWithoutCofactor),
    'accepted',
  ],
  [
    '4: key and R mixed, fits with the cofactor only',
    search({ message: 'a', keyTorsion: 1, nonceTorsion: 1 }, (edge) => !holdsWithoutCofactor(edge)),
    'accepted',
  ],
  [
    '5: key mixed, R plain, fits with the cofactor only',
    search({ message: 'a', keyTorsion: 3 }, (edge) => !holdsWithoutCofactor(edge)),
    'accepted',
  ],
  ['6: S = S + L', withScalar(build({ message: 'a' }), (s) => s + ORDER), 'refused'],
  ['7: S far over L', withScalar(build({ message: 'a' }), (s) => s + 15n * ORDER), 'refused'],
  [
    '8: R not canonical, hashed as canonical',
    build({ message: 'a', nonce: 'none', nonceBytes: IDENTITY_SPELT_HIGH, hashCanonical: true }),
    'refused',
  ],
  [
    '9: R not canonical, hashed as sent',
    build({ message: 'a', nonce: 'none', nonceBytes: IDENTITY_SPELT_HIGH }),
    'refused',
  ],
  [
    '10: key not canonical, of small order',
    build({ message: 'a', key: 'none', keyBytes: IDENTITY_SPELT_HIGH }),
    'key refused',
  ],
  [
    '11: key not canonical, neutral element with a sign',
    build({ message: 'a', key: 'none', keyBytes: IDENTITY_WITH_SIGN }),
    'key refused',
  ],
  ['key not canonical, of big order', build({ message: 'a', keyBytes: FULL_ORDER_SPELT_HIGH }), 'key refused'],
  ['R with a sign on x = 0', build({ message: 'a', nonce: 'none', nonceBytes: IDENTITY_WITH_SIGN }), 'refused'],
  ['R the neutral element', build({ message: 'a', nonce: 'none' }), 'accepted'],
  ['S = L', withScalar(build({ message: 'a' }), () => ORDER), 'refused'],
  ['S = 0', withScalar(build({ message: 'a' }), () => 0n), 'refused'],
  ['all bytes zero', { ...build({ message: 'a' }), signature: Buffer.alloc(64) }, 'refused'],
  ['all bytes 255', { ...build({ message: 'a' }), signature: Buffer.alloc(64, 255) }, 'refused'],
  ['key not on the curve', build({ message: 'a', keyBytes: encodeNumber(2n) }), 'key refused'],
];

describe('the strict rule', () => {
  it.each(CASES)('%s', (_, edge, expected) => {
    expect(verdict(edge)).toBe(expected);
    expect(nobleAccepts(edge)).toBe(expected === 'accepted');
  });

  it('refuses each of the eight points of small order as a key, in every spelling', () => {
    const spellings = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => encode(torsion(index)));
    for (const y of [0n, 1n, FIELD - 1n, FIELD, FIELD + 1n]) {
      spellings.push(encodeNumber(y), encodeNumber(y + (1n << 255n)));
    }
    for (const key of spellings) {
      expect(Point.fromBytes(key, true).isSmallOrder()).toBe(true);
      expect(verdict(build({ message: 'm', key: 'none', keyBytes: key }))).toBe('key refused');
    }
  });

  it('is the same on every Node: with a vetted key node:crypto accepts nothing that noble refuses', () => {
    const counts = { both: 0, nobleOnly: 0, neither: 0 };
    for (let keyTorsion = 0; keyTorsion < 8; keyTorsion += 1) {
      for (let nonceTorsion = 0; nonceTorsion < 8; nonceTorsion += 1) {
        for (const nonce of ['big', 'none'] as const) {
          const edge = build({ message: `${keyTorsion}${nonceTorsion}`, keyTorsion, nonce, nonceTorsion });
          for (const variant of [edge, withScalar(edge, (s) => s + ORDER), withScalar(edge, (s) => s ^ 1n)]) {
            const [node, noble] = [nodeAccepts(variant), nobleAccepts(variant)];
            expect(node && !noble).toBe(false);
            expect(verdict(variant)).toBe(noble ? 'accepted' : 'refused');
            counts[node ? 'both' : noble ? 'nobleOnly' : 'neither'] += 1;
          }
        }
      }
    }
    expect(counts.neither).toBe(256);
    expect(counts.both).toBeGreaterThan(0);
    expect(counts.nobleOnly).toBeGreaterThan(0);
  });

  it.each([0, 63, 65, 128])('refuses a signature of %i bytes', (length) => {
    const edge = build({ message: 'a' });
    const signature = Buffer.concat([edge.signature, Buffer.alloc(64)]).subarray(0, length);
    expect(verdict({ ...edge, signature })).toBe('refused');
  });
});
