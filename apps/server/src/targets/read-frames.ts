const HEADER = 8;
const STDOUT = 1;

/**
 * What a program wrote to its standard output, out of the frames of an attached stream: a byte for which stream, three of zeros, the length as
 * four bytes, then that many bytes (Docker Engine API, "ContainerAttach", stream format). A frame that was cut off counts as far as it goes.
 */
export function readFrames(stream: Buffer): Buffer {
  const written: Buffer[] = [];
  let position = 0;
  while (position + HEADER <= stream.length) {
    const length = stream.readUInt32BE(position + 4);
    const end = Math.min(position + HEADER + length, stream.length);
    if (stream[position] === STDOUT) written.push(stream.subarray(position + HEADER, end));
    position = end;
  }
  return Buffer.concat(written);
}
