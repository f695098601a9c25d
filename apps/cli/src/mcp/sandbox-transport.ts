import { MarketplaceError } from '@agentmesh/errors';
import type { SandboxProcess } from '@agentmesh/sandbox';
import type { Client } from '@modelcontextprotocol/client';

type Transport = Parameters<Client['connect']>[0];
type Message = Parameters<Transport['send']>[0];

const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
/** Of one conversation: each may have to be answered, and the server need not read the answers. */
const MAX_MESSAGES = 10_000;
const NEWLINE = 10;

/** MCP over the pipes of a contained process: a message a line (MCP, stdio transport). One that is too long ends it. */
export class SandboxTransport implements Transport {
  readonly #process: SandboxProcess;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #messages = 0;
  #hasFailed = false;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;

  constructor(process: SandboxProcess) {
    this.#process = process;
  }

  async start(): Promise<void> {
    this.#process.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#process.stderr.resume();
    void this.#process.exited.then(() => this.onclose?.());
  }

  async send(message: Message): Promise<void> {
    this.#process.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async close(): Promise<void> {
    await this.#process.stop();
  }

  #take(chunk: Buffer): void {
    if (this.#hasFailed) return;
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...this.#chunks, chunk.subarray(from, end)]).toString('utf8');
      this.#chunks = [];
      this.#bytes = 0;
      from = end + 1;
      if (line.trim() !== '') this.#hear(line);
    }
    const rest = chunk.subarray(from);
    this.#chunks.push(rest);
    this.#bytes += rest.length;
    if (this.#bytes > MAX_MESSAGE_BYTES) this.#fail('sent a message that is too long');
  }

  #hear(line: string): void {
    if (this.#hasFailed) return;
    this.#messages += 1;
    if (this.#messages > MAX_MESSAGES) {
      this.#fail('sent too many messages');
      return;
    }
    try {
      // The client checks what it is.
      this.onmessage?.(JSON.parse(line) as Message);
    } catch {
      this.#fail('sent something that is no JSON');
    }
  }

  #fail(how: string): void {
    this.#hasFailed = true;
    this.#chunks = [];
    this.onerror?.(new MarketplaceError(`The server ${how}`, { code: 'MCP_PROTOCOL' }));
    void this.#process.stop();
  }
}
