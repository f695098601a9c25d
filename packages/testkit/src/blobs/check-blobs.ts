import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { isMarketplaceError } from '@agentmesh/errors';
import type { BlobStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import type { BlobsContract, OpenedBlobs } from './blobs-contract.js';

const HOSTILE = [
  '',
  'sha512-',
  'sha512-../../../../etc/passwd',
  '../../../../etc/passwd',
  '/etc/passwd',
  '__proto__',
  `sha512-${'A'.repeat(10_000)}`,
  `${integrityOf(new Uint8Array(1))}\u0000`,
];

/** The contract of `BlobStore` as checks, each on an empty store of its own. */
export function checkBlobs(contract: BlobsContract): ContractCheck[] {
  const check = (name: string, run: (opened: OpenedBlobs) => Promise<void>): ContractCheck => ({
    name,
    run: () => withBlobs(contract, run),
  });
  const checks = [
    check('gives back the bytes that were put', ({ blobs }) => checkRoundTrip(blobs)),
    check('takes the same bytes again, and many times at once', ({ blobs }) => checkAgain(blobs)),
    check('knows nothing of what was never put', ({ blobs }) => checkUnknown(blobs)),
    check('refuses bytes of another integrity and keeps none of them', ({ blobs }) => checkMismatch(blobs)),
    check('refuses a hostile integrity', ({ blobs }) => checkHostile(blobs)),
    check('takes a file as it takes bytes, when it takes files', ({ blobs }) => checkFile(blobs)),
    check('gives any part of the bytes, when it gives parts', ({ blobs }) => checkRange(blobs)),
  ];
  if (contract.persistent === true) checks.push(check('has the bytes when it is opened again', checkReopen));
  return checks;
}

async function checkRoundTrip(blobs: BlobStore): Promise<void> {
  const samples = [new Uint8Array(0), new Uint8Array([0, 10, 13, 255]), randomBytes(3_000_000)];
  for (const bytes of samples) await blobs.put(bytes, integrityOf(bytes));
  for (const bytes of samples) await assertHolds(blobs, bytes);
}

async function checkAgain(blobs: BlobStore): Promise<void> {
  const bytes = randomBytes(100_000);
  await Promise.all(Array.from({ length: 10 }, () => blobs.put(bytes, integrityOf(bytes))));
  await blobs.put(bytes, integrityOf(bytes));
  await assertHolds(blobs, bytes);
}

async function checkUnknown(blobs: BlobStore): Promise<void> {
  await assertCode(blobs.open(integrityOf(randomBytes(8))), ['BLOB_NOT_FOUND']);
}

async function checkMismatch(blobs: BlobStore): Promise<void> {
  const promised = integrityOf(new Uint8Array([1]));
  await assertCode(blobs.put(new Uint8Array([2]), promised), ['INTEGRITY_MISMATCH']);
  await assertCode(blobs.open(promised), ['BLOB_NOT_FOUND']);
}

async function checkHostile(blobs: BlobStore): Promise<void> {
  for (const integrity of HOSTILE) {
    await assertCode(blobs.put(new Uint8Array([1]), integrity), ['INTEGRITY_MISMATCH', 'BLOB_NOT_FOUND']);
    await assertCode(blobs.open(integrity), ['INTEGRITY_MISMATCH', 'BLOB_NOT_FOUND']);
  }
}

async function checkFile(blobs: BlobStore): Promise<void> {
  if (blobs.putFile === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-blobs-'));
  try {
    const path = join(folder, 'archive');
    const bytes = randomBytes(300_000);
    await writeFile(path, bytes);
    const promised = integrityOf(randomBytes(8));
    await assertCode(blobs.putFile(path, promised), ['INTEGRITY_MISMATCH']);
    await assertCode(blobs.open(promised), ['BLOB_NOT_FOUND']);
    await Promise.all([1, 2, 3].map(() => blobs.putFile?.(path, integrityOf(bytes))));
    await assertHolds(blobs, bytes);
    assert.ok(bytes.equals(await readFile(path)), 'Expected the file to be left as it is');
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function checkRange(blobs: BlobStore): Promise<void> {
  if (blobs.openRange === undefined) return;
  const bytes = randomBytes(200_000);
  const integrity = integrityOf(bytes);
  await assertCode(blobs.openRange(integrity, { start: 0, end: 1 }), ['BLOB_NOT_FOUND']);
  await blobs.put(bytes, integrity);
  for (const [start, end] of [
    [0, 0],
    [1, 70_000],
    [199_999, 199_999],
    [0, 199_999],
  ] as const) {
    const part = await collect(await blobs.openRange(integrity, { start, end }));
    assert.ok(part.equals(bytes.subarray(start, end + 1)), `Expected the bytes ${start} to ${end}, got others`);
  }
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function checkReopen({ blobs, reopen }: OpenedBlobs): Promise<void> {
  assert.ok(reopen, 'A persistent contract needs reopen');
  const bytes = randomBytes(1_000);
  await blobs.put(bytes, integrityOf(bytes));
  await assertHolds(await reopen(), bytes);
}

async function assertHolds(blobs: BlobStore, bytes: Uint8Array): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await blobs.open(integrityOf(bytes))) chunks.push(chunk);
  assert.ok(Buffer.concat(chunks).equals(bytes), `Expected the ${bytes.length} bytes that were put, got others`);
}

async function assertCode(work: Promise<unknown>, codes: readonly string[]): Promise<void> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const coded = isMarketplaceError(error) && codes.includes(error.code);
  assert.ok(coded, `Expected ${codes.join(' or ')}, got ${inspect(error)}`);
}

async function withBlobs(contract: BlobsContract, work: (opened: OpenedBlobs) => Promise<void>): Promise<void> {
  const opened = await contract.open();
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}
