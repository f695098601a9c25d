import type { BoxLimits, Program } from '../../src/drivers/driver.js';
import { chooseDriver } from '../../src/isolation/choose-driver.js';

/** What a test asks this host to do. */
interface Order {
  readonly code: string;
  readonly limits?: Partial<BoxLimits>;
  /** Runs the code in a shell that may fork. */
  readonly shell?: boolean;
  /** Bytes beyond which the guest is ended; watched from when it says something. */
  readonly memory?: number;
  /** Whether control groups bound the guest too. */
  readonly cgroups?: boolean;
  /** What to do once the guest says something. */
  readonly next?: 'exit' | 'kill';
}

const DATA_BYTES = 640 * 1024 * 1024;
const LIMITS: BoxLimits = { descriptors: 64, threads: 16, memoryBytes: 64 * 1024 * 1024 };

// A host of its own, so that it can be any user's, and be killed: it starts one guest and tells what became of it.
const order: Order = JSON.parse(process.argv[2] ?? '');
const { driver, mechanisms, missing } = await chooseDriver({ cgroups: order.cgroups === true });
const program: Program = {
  id: 'test',
  ...(order.shell === true ? { forks: true } : { dataBytes: DATA_BYTES }),
  command: (place) =>
    order.shell === true
      ? { file: place('/bin/sh', '/agentmesh/shell'), args: ['-c', order.code], env: {} }
      : { file: place(process.execPath, '/agentmesh/node'), args: ['-e', order.code], env: { GIVEN: 'yes' } },
};
const box = driver.start(program, { ...LIMITS, ...order.limits });
const said = { stdout: '', stderr: '' };
let exceeded = false;
const onExceeded = (): void => {
  exceeded = true;
  box.kill();
};
box.stdout.once('data', () => {
  process.send?.({ guest: box.guestPid(), monitor: box.pid });
  if (order.memory !== undefined) box.limitMemory(order.memory, onExceeded);
  if (order.next === 'kill') box.kill();
  if (order.next === 'exit') process.exit(0);
  box.channel.write('go');
});
for (const stream of ['stdout', 'stderr'] as const) {
  box[stream].on('data', (chunk: Buffer) => {
    said[stream] += chunk.toString();
  });
}
const exit = await box.closed;
const found = { driver: driver.id, level: driver.level, mechanisms, missing };
process.stdout.write(JSON.stringify({ ...found, ...exit, ...said, exceeded, peak: box.peakMemory() }));
