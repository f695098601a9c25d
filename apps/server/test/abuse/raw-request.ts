import { connect } from 'node:net';

const PATIENCE_MS = 400;

/** Sends bytes as they are, and gives all that comes back until the server closes; HTTP libraries would refuse to send them. */
export function rawRequest(url: string, bytes: string): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => void socket.write(bytes));
    const answer: Buffer[] = [];
    // Whoever is answered, or is waited for, says that no more comes.
    const timer = setTimeout(() => socket.end(), PATIENCE_MS);
    socket.on('data', (chunk: Buffer) => {
      answer.push(chunk);
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(answer).toString('latin1'));
    });
  });
}
