import { readSync, writeSync } from 'node:fs';

// A guest in ten lines: it speaks the protocol, and does what the name of the function says, well or badly.
// Its argument is how it may be used again, as an engine's `reuse`.
const [reuse, startMode] = process.argv.slice(2);
const Kind = { ready: 1, call: 2, result: 3, error: 4, fetch: 5, fetched: 6, plugin: 7, idle: 8, log: 9 };
let plugin;
let calls = 0;

if (startMode === 'silent') setInterval(() => {}, 1000);
else if (startMode === 'exit') process.exit(7);
else {
  send(Kind.ready, { protocol: 2, engine: startMode ?? 'quickjs', checks: '' });
  serve();
}

function serve() {
  for (let frame = receive(); frame !== undefined; frame = receive()) {
    if (frame.kind === Kind.plugin) plugin = frame.body;
    else {
      calls += 1;
      act(frame.body);
      if (reuse === 'never') process.exit(0);
    }
  }
}

function act(call) {
  const { function: name, input } = call;
  if (name === 'spin') for (;;);
  if (name === 'exit') process.exit(3);
  if (name === 'bytes') return void writeSync(3, Buffer.from(input, 'hex'));
  if (name === 'wait') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, input);
  if (name === 'flood') for (;;) send(Kind.log, { stream: 'stdout', text: input });
  if (name === 'print') writeSync(1, input);
  if (name === 'log') send(Kind.log, { stream: 'stderr', text: input });
  if (name === 'grow') globalThis.kept = Buffer.alloc(input, 1);
  let fetched;
  if (name === 'fetch') {
    for (const request of [input].flat()) {
      send(Kind.fetch, request);
      fetched = [...(fetched ?? []), receive().body];
    }
  }
  if (name === 'fetch-and-leave') send(Kind.fetch, input);
  if (name === 'fetch-and-read-nothing') {
    for (let n = 0; n < input; n += 1) {
      send(Kind.fetch, { url: String(n) });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
    for (;;);
  }
  if (name === 'padded-log') send(Kind.log, { stream: 'stdout', text: 'x', padding: input });
  if (name === 'answer-and-grow') {
    send(Kind.result, 'answer');
    globalThis.kept = Buffer.alloc(input, 1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  }
  if (name === 'error') send(Kind.error, input);
  else send(Kind.result, { name, input, pid: process.pid, calls, plugin: plugin?.entry, env: call.env, fetched });
  if (name === 'twice') send(Kind.result, 'second');
  if (name === 'stay') for (;;) receive();
  if (name === 'no-idle') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  if (reuse !== 'never') send(Kind.idle, {});
  if (name === 'idle-and-more') writeSync(3, frameOf(Kind.result, 'early'));
}

function frameOf(kind, body) {
  const text = Buffer.from(JSON.stringify(body));
  const header = Buffer.alloc(5);
  header.writeUInt32BE(text.length);
  header[4] = kind;
  return Buffer.concat([header, text]);
}

function send(kind, body) {
  const bytes = frameOf(kind, body);
  for (let at = 0; at < bytes.length; ) at += writeSync(3, bytes, at);
}

function receive() {
  const header = receiveBytes(5);
  if (header === undefined) return undefined;
  const body = receiveBytes(header.readUInt32BE(0));
  return body && { kind: header[4], body: JSON.parse(body.toString()) };
}

function receiveBytes(length) {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const count = readSync(3, bytes, filled, length - filled, null);
    if (count === 0) return undefined;
    filled += count;
  }
  return bytes;
}
