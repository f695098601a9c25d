import type { FilterMachine } from '../drivers/seccomp/filter.js';

/** Where the program and its results are in memory. */
const IMAGE_ADDRESS = 0x400000;
const RESULTS_ADDRESS = 0x600000;
const ELF_HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const SEGMENTS = 3;
const CODE_OFFSET = ELF_HEADER_BYTES + SEGMENTS * SEGMENT_BYTES;
const WORD = 8;
const WORDS_PER_CALL = 7;
const CHANNEL = 3;
const ALIGNMENT = 0x10000;

const MACHINES = {
  x64: { number: 62, code: x64Code },
  arm64: { number: 183, code: arm64Code },
} as const;

/** One system call to make: its number and arguments; a text stands for the address of its bytes. */
export interface ProbedCall {
  readonly number: number;
  readonly args: readonly (bigint | number | string)[];
}

/** What the code of a program is made of: addresses and how many calls there are. */
interface Layout {
  readonly table: number;
  readonly count: number;
}

/**
 * A program of a few hundred bytes, for Linux, that makes system calls one after the other, writes what each answered to
 * descriptor 3, as 64-bit little-endian numbers, and ends when descriptor 3 does. It needs no library and no file, so that
 * what it is denied is denied by its box alone (format: System V ABI, chapter 4).
 */
export function createCallProbe(machine: FilterMachine, calls: readonly ProbedCall[]): Uint8Array {
  const { number, code } = MACHINES[machine];
  const codeBytes = code({ table: 0, count: calls.length }).length;
  const tableOffset = align(CODE_OFFSET + codeBytes, WORD);
  const texts = new Map<string, number>();
  let end = tableOffset + calls.length * WORDS_PER_CALL * WORD;
  for (const text of calls.flatMap(({ args }) => args).filter((arg) => typeof arg === 'string')) {
    if (texts.has(text)) continue;
    texts.set(text, end);
    end += Buffer.byteLength(text) + 1;
  }
  const image = Buffer.alloc(end);
  writeHeader(image, { machine: number, resultBytes: calls.length * WORD });
  image.set(code({ table: IMAGE_ADDRESS + tableOffset, count: calls.length }), CODE_OFFSET);
  const wordOf = (arg: bigint | number | string): bigint =>
    typeof arg === 'string' ? BigInt(IMAGE_ADDRESS + (texts.get(arg) ?? 0)) : BigInt.asUintN(64, BigInt(arg));
  calls.forEach((call, index) => {
    [call.number, ...call.args].forEach((arg, word) => {
      image.writeBigUInt64LE(wordOf(arg), tableOffset + (index * WORDS_PER_CALL + word) * WORD);
    });
  });
  for (const [text, offset] of texts) image.write(text, offset);
  return image;
}

function writeHeader(image: Buffer, { machine, resultBytes }: { machine: number; resultBytes: number }): void {
  image.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  image.writeUInt16LE(2, 16);
  image.writeUInt16LE(machine, 18);
  image.writeUInt32LE(1, 20);
  image.writeBigUInt64LE(BigInt(IMAGE_ADDRESS + CODE_OFFSET), 24);
  image.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32);
  image.writeUInt16LE(ELF_HEADER_BYTES, 52);
  image.writeUInt16LE(SEGMENT_BYTES, 54);
  image.writeUInt16LE(SEGMENTS, 56);
  const [readable, writable, executable] = [4, 2, 1];
  writeSegment(image, 0, {
    type: 1,
    flags: readable | executable,
    address: IMAGE_ADDRESS,
    file: image.length,
    memory: image.length,
  });
  writeSegment(image, 1, {
    type: 1,
    flags: readable | writable,
    address: RESULTS_ADDRESS,
    file: 0,
    memory: align(resultBytes, ALIGNMENT),
  });
  // PT_GNU_STACK: a stack that holds no code.
  writeSegment(image, 2, { type: 0x6474e551, flags: readable | writable, address: 0, file: 0, memory: 0 });
}

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly file: number;
  readonly memory: number;
}

function writeSegment(image: Buffer, index: number, { type, flags, address, file, memory }: Segment): void {
  const at = ELF_HEADER_BYTES + index * SEGMENT_BYTES;
  image.writeUInt32LE(type, at);
  image.writeUInt32LE(flags, at + 4);
  const words = [0, address, address, file, memory, ALIGNMENT];
  words.forEach((word, position) => {
    image.writeBigUInt64LE(BigInt(word), at + 8 + position * WORD);
  });
}

/** rbx walks through the table, r13 through the results, r12 counts down (Intel SDM, volume 2, for the encodings). */
function x64Code({ table, count }: Layout): Uint8Array {
  const load = [
    ...[0x48, 0x8b, 0x03], // mov rax, [rbx]
    ...[0x48, 0x8b, 0x7b, 0x08], // mov rdi, [rbx+8]
    ...[0x48, 0x8b, 0x73, 0x10], // mov rsi, [rbx+16]
    ...[0x48, 0x8b, 0x53, 0x18], // mov rdx, [rbx+24]
    ...[0x4c, 0x8b, 0x53, 0x20], // mov r10, [rbx+32]
    ...[0x4c, 0x8b, 0x43, 0x28], // mov r8, [rbx+40]
    ...[0x4c, 0x8b, 0x4b, 0x30], // mov r9, [rbx+48]
  ];
  const store = [
    ...[0x0f, 0x05], // syscall
    ...[0x49, 0x89, 0x45, 0x00], // mov [r13], rax
    ...[0x49, 0x83, 0xc5, WORD], // add r13, 8
    ...[0x48, 0x83, 0xc3, WORDS_PER_CALL * WORD], // add rbx, 56
    ...[0x41, 0xff, 0xcc], // dec r12d
  ];
  const loop = [...load, ...store];
  return Uint8Array.from([
    ...[0xbb, ...word32(table)], // mov ebx, table
    ...[0x41, 0xbc, ...word32(count)], // mov r12d, count
    ...[0x41, 0xbd, ...word32(RESULTS_ADDRESS)], // mov r13d, results
    ...loop,
    ...[0x75, 256 - loop.length - 2], // jnz loop
    ...[0xb8, ...word32(1), 0xbf, ...word32(CHANNEL)], // mov eax, write; mov edi, 3
    ...[0xbe, ...word32(RESULTS_ADDRESS), 0xba, ...word32(count * WORD)], // mov esi, results; mov edx, size
    ...[0x0f, 0x05], // syscall
    ...[0x31, 0xc0, 0xbf, ...word32(CHANNEL)], // xor eax, eax (read); mov edi, 3
    ...[0xbe, ...word32(RESULTS_ADDRESS), 0xba, ...word32(1)], // mov esi, results; mov edx, 1
    ...[0x0f, 0x05], // syscall
    ...[0xb8, ...word32(231), 0x31, 0xff], // mov eax, exit_group; xor edi, edi
    ...[0x0f, 0x05], // syscall
  ]);
}

/** x19 walks through the table, x21 through the results, x20 counts down (Arm ARM, C6.2, for the encodings). */
function arm64Code({ table, count }: Layout): Uint8Array {
  const moveWide = (register: number, value: number): number[] => [
    (0xd2800000 | ((value & 0xffff) << 5) | register) >>> 0, // movz
    (0xf2a00000 | ((value >>> 16) << 5) | register) >>> 0, // movk, lsl 16
  ];
  const loadWord = (register: number, word: number): number => (0xf9400000 | (word << 10) | (19 << 5) | register) >>> 0;
  const call = 0xd4000001; // svc #0
  const loop = [
    loadWord(8, 0),
    ...[0, 1, 2, 3, 4, 5].map((register) => loadWord(register, register + 1)),
    call,
    0xf80086a0, // str x0, [x21], #8
    (0x91000000 | ((WORDS_PER_CALL * WORD) << 10) | (19 << 5) | 19) >>> 0, // add x19, x19, #56
    0xf1000694, // subs x20, x20, #1
  ];
  const back = (0x54000001 | ((0x80000 - loop.length) << 5)) >>> 0; // b.ne loop
  const instructions = [
    ...[...moveWide(19, table), ...moveWide(20, count), ...moveWide(21, RESULTS_ADDRESS)],
    ...[...loop, back],
    ...[
      ...moveWide(0, CHANNEL),
      ...moveWide(1, RESULTS_ADDRESS),
      ...moveWide(2, count * WORD),
      ...moveWide(8, 64),
      call,
    ],
    ...[...moveWide(0, CHANNEL), ...moveWide(1, RESULTS_ADDRESS), ...moveWide(2, 1), ...moveWide(8, 63), call],
    ...[...moveWide(0, 0), ...moveWide(8, 94), call],
  ];
  return Uint8Array.from(instructions.flatMap((instruction) => word32(instruction)));
}

function word32(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return [...bytes];
}

function align(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
