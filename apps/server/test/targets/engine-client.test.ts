import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { serve } from '@agentmesh/test-support';
import { describe, expect, it } from 'vitest';
import { createEngineClient, type EngineClient } from '../../src/targets/engine-client.js';
import { createEngineTarget } from '../../src/targets/engine-target.js';
import { readFrames } from '../../src/targets/read-frames.js';
import { scratch, stagePlugin } from './staged.js';

async function talkTo(listener: RequestListener): Promise<EngineClient> {
  const { port } = await serve(listener);
  return createEngineClient({ address: { host: '127.0.0.1', port }, timeoutMs: 500 });
}

/** Answers calls by what their path ends with. */
function answering(answers: Readonly<Record<string, [number, string | Buffer]>>): RequestListener {
  return (request, response) => {
    const found = Object.entries(answers).find(([end]) => request.url?.split('?')[0]?.endsWith(end));
    const [status, body] = found?.[1] ?? [500, 'raw words of the engine'];
    request.resume().on('end', () => response.writeHead(status).end(body));
  };
}

function frame(kind: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const RUNNING = JSON.stringify({ State: { Running: true } });

describe('an engine that fails', () => {
  const calls: readonly [string, (client: EngineClient) => Promise<unknown>][] = [
    ['inspect', (client) => client.inspect('a')],
    ['exists', (client) => client.exists('a', '/x')],
    ['putArchive', (client) => client.putArchive('a', '/x', Readable.from([Buffer.alloc(1_024)]))],
    ['getArchive', (client) => client.getArchive('a', '/x', { file: join(scratch(), 'tar'), maxBytes: 10 })],
    ['exec', (client) => client.exec('a', ['ls'])],
    ['restart', (client) => client.restart('a')],
  ];
  for (const [name, call] of calls) {
    it(`is told of ${name} without its words`, async () => {
      const failure = call(await talkTo(answering({})));
      await expect(failure).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      await expect(failure).rejects.not.toThrow('raw words');
    });

    it(`that is silent makes ${name} end`, async () => {
      await expect(call(await talkTo(() => undefined))).rejects.toMatchObject({ code: 'WORKSPACE_UNAVAILABLE' });
    });
  }

  it('is told when there is none at the socket', async () => {
    const target = createEngineTarget({ address: { socketPath: join(scratch(), 'none') }, stateDir: scratch() });
    await expect(target.list('w')).rejects.toMatchObject({ code: 'WORKSPACE_UNAVAILABLE' });
  });

  it('is not believed when it answers no JSON, or no exit code', async () => {
    await expect((await talkTo(answering({ '/json': [200, '{'] }))).inspect('a')).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
    });
    const odd = answering({ '/exec': [201, '{"Id":"1"}'], '/start': [200, ''], '/json': [200, '{}'] });
    await expect((await talkTo(odd)).exec('a', ['ls'])).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });

  it('cannot fill the disk or the memory', async () => {
    const endless: RequestListener = (_, response) => Readable.from(forever()).pipe(response);
    const client = await talkTo(endless);
    const file = join(scratch(), 'tar');
    await expect(client.getArchive('a', '/x', { file, maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'TREE_TOO_LARGE',
    });
    await expect(client.inspect('a')).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
  });

  it('or a program that fails in a container, leaves the plugin as it was', async () => {
    const exec = { '/exec': [201, '{"Id":"1"}'], '/start': [200, ''] } as const;
    const listener = answering({
      '/containers/w/json': [200, RUNNING],
      '/containers/w/exec': [...exec['/exec']],
      '/start': [...exec['/start']],
      '/exec/1/json': [200, '{"ExitCode":126}'],
      '/archive': [404, ''],
    });
    const { port } = await serve(listener);
    const target = createEngineTarget({ address: { host: '127.0.0.1', port }, stateDir: scratch() });
    const placed = target.replace('w', await stagePlugin('greeter', { 'index.js': '1;\n' }));
    await expect(placed).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  });
});

describe('the frames of an attached stream', () => {
  it('give what went to standard output alone', () => {
    const stream = Buffer.concat([frame(1, 'a\n'), frame(2, 'error'), frame(1, 'b\n')]);
    expect(readFrames(stream).toString()).toBe('a\nb\n');
  });

  it('that are cut off, or lie about their length, end where the stream does', () => {
    const cut = frame(1, 'abc').subarray(0, 9);
    expect(readFrames(cut).toString()).toBe('a');
    expect(readFrames(Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x61])).toString()).toBe('a');
    expect(readFrames(Buffer.from([1, 0, 0])).toString()).toBe('');
  });
});

async function* forever(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(65_536);
}
