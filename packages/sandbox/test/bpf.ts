/** What a filter is asked about: `struct seccomp_data`. */
export interface AskedCall {
  readonly architecture: number;
  readonly number: number;
  readonly args?: readonly number[];
}

const [LOAD, AND, RETURN, EQUAL, AT_LEAST, ANY_BIT] = [0x20, 0x54, 0x06, 0x15, 0x35, 0x45];

/** Runs a classic BPF program as the kernel would, and says what it returned. */
export function runFilter(program: Uint8Array, { architecture, number, args = [] }: AskedCall): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(architecture >>> 0, 4);
  args.forEach((arg, index) => {
    data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(arg)), 16 + index * 8);
  });
  const code = Buffer.from(program);
  let accumulator = 0;
  for (let at = 0; at < code.length / 8; at += 1) {
    const [operation, value] = [code.readUInt16LE(at * 8), code.readUInt32LE(at * 8 + 4)];
    const jump = (condition: boolean): number => code[at * 8 + (condition ? 2 : 3)] ?? Number.NaN;
    if (operation === RETURN) return value;
    if (operation === LOAD) accumulator = data.readUInt32LE(value);
    else if (operation === AND) accumulator = (accumulator & value) >>> 0;
    else if (operation === EQUAL) at += jump(accumulator === value);
    else if (operation === AT_LEAST) at += jump(accumulator >= value);
    else if (operation === ANY_BIT) at += jump((accumulator & value) !== 0);
    else throw new Error(`no such operation: ${operation}`);
  }
  throw new Error('the program ended without an answer');
}
