/** Operation codes of classic BPF (Linux, include/uapi/linux/bpf_common.h): load a word, jump on a test, return. */
const OPCODES = { load: 0x20, equal: 0x15, atLeast: 0x35, anyBit: 0x45, and: 0x54, return: 0x06 } as const;
const INSTRUCTION_BYTES = 8;
const MAX_JUMP = 255;
const MAX_INSTRUCTIONS = 4096;

/** One line of a program. A jump goes to a label further down; without one it goes on with the next line. */
export type Line =
  | { readonly label: string }
  /** Loads the 32 bits at this offset of the data. */
  | { readonly load: number }
  /** Keeps of what was loaded the bits of this mask. */
  | { readonly and: number }
  | {
      readonly jump: 'anyBit' | 'atLeast' | 'equal';
      readonly value: number;
      readonly whenTrue?: string;
      readonly whenFalse?: string;
    }
  | { readonly return: number };

/**
 * Turns lines into a classic BPF program as the kernel takes it: an array of `struct sock_filter`, little-endian (Linux,
 * Documentation/networking/filter.rst).
 *
 * @throws RangeError for a label that is not further down or too far away, and for a program that is too long: faults of the
 * program, not of input
 */
export function assemble(lines: readonly Line[]): Uint8Array {
  const labels = new Map<string, number>();
  let count = 0;
  for (const line of lines) {
    if ('label' in line) labels.set(line.label, count);
    else count += 1;
  }
  if (count > MAX_INSTRUCTIONS) throw new RangeError(`a filter of ${count} instructions`);
  const bytes = Buffer.alloc(count * INSTRUCTION_BYTES);
  let at = 0;
  for (const line of lines) {
    if ('label' in line) continue;
    const { code, value, jumps } = encode(line, (label) => jumpTo(labels.get(label), at, label));
    bytes.writeUInt16LE(code, at * INSTRUCTION_BYTES);
    bytes.set(jumps, at * INSTRUCTION_BYTES + 2);
    bytes.writeUInt32LE(value >>> 0, at * INSTRUCTION_BYTES + 4);
    at += 1;
  }
  return bytes;
}

interface Instruction {
  readonly code: number;
  readonly value: number;
  readonly jumps: readonly [whenTrue: number, whenFalse: number];
}

function encode(line: Exclude<Line, { label: string }>, distanceTo: (label: string) => number): Instruction {
  if ('load' in line) return { code: OPCODES.load, value: line.load, jumps: [0, 0] };
  if ('and' in line) return { code: OPCODES.and, value: line.and, jumps: [0, 0] };
  if ('return' in line) return { code: OPCODES.return, value: line.return, jumps: [0, 0] };
  const { jump, value, whenTrue, whenFalse } = line;
  const distance = (label: string | undefined): number => (label === undefined ? 0 : distanceTo(label));
  return { code: OPCODES[jump], value, jumps: [distance(whenTrue), distance(whenFalse)] };
}

function jumpTo(target: number | undefined, at: number, label: string): number {
  const distance = (target ?? Number.NaN) - at - 1;
  if (distance >= 0 && distance <= MAX_JUMP) return distance;
  throw new RangeError(`no jump from instruction ${at} to ${label}`);
}
