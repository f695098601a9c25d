'use strict';

// The guest for plain JavaScript: a locked process with one QuickJS machine. It takes one PLUGIN and then CALLs; each finds the
// machine as it was before the first. What runs here is either the machine or nothing: all waiting is done in place.

const { readFileSync } = require('node:fs');
const { endFull, endNow } = require('../end-process.cjs');
const { Kind, receive, sendJson } = require('../frame-channel.cjs');
const { selfCheck } = require('../self-check.cjs');
const { CallHost, OtherMemory } = require('./call-host.cjs');
const { Machine } = require('./machine.cjs');
const { readProgram } = require('./program.cjs');

const PROTOCOL = 2;
const LONGEST_SLEEP_MS = 500;
const [, , loaderPath = '', wasmPath = '', memory = ''] = process.argv;
const clock = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

serve();

async function serve() {
  const host = new CallHost(Number(memory), () => endIfFull(machine));
  const options = {
    factory: require(loaderPath),
    compiled: new WebAssembly.Module(readFileSync(wasmPath)),
    program: readProgram(),
    host: host.functions,
    shouldStop: () => host.shouldStop(),
  };
  let machine = await Machine.create(options, Number(memory));
  sendJson(Kind.READY, { protocol: PROTOCOL, engine: 'quickjs', checks: selfCheck() });
  const plugin = receive([Kind.PLUGIN]);
  if (plugin === undefined) return endNow();
  take(machine, plugin.body);
  if (!prepare(machine)) {
    // Something is wrong with the plugin. It has to come up in the call, and as if nothing had been tried.
    machine = await Machine.create(options, Number(memory));
    take(machine, plugin.body);
  }
  machine.seal();
  for (let call = receive([Kind.CALL]); call !== undefined; call = receive([Kind.CALL])) {
    await answer(machine, host, call.body);
    sendJson(Kind.IDLE, {});
  }
  endNow();
}

/**
 * @param {InstanceType<typeof Machine>} machine
 * @param {Buffer} plugin
 */
function take(machine, plugin) {
  if (machine.call('takePlugin', plugin) === 1) return;
  endIfFull(machine);
  endNow();
}

/** @param {InstanceType<typeof Machine>} machine */
function prepare(machine) {
  try {
    if (machine.call('prepare') !== 1) return false;
    machine.runJobs();
    return machine.call('isPrepared') === 1;
  } catch {
    return false;
  }
}

/**
 * @param {InstanceType<typeof Machine>} machine
 * @param {InstanceType<typeof CallHost>} host
 * @param {Buffer} body
 */
async function answer(machine, host, body) {
  host.start();
  try {
    run(machine, host, body);
    await machine.restore(false);
  } catch (error) {
    if (error instanceof OtherMemory) {
      await machine.limit(error.memoryBytes);
      return answer(machine, host, body);
    }
    end(machine, host, error);
    await machine.restore(true);
  }
}

/**
 * @param {InstanceType<typeof Machine>} machine
 * @param {InstanceType<typeof CallHost>} host
 * @param {Buffer} body
 */
function run(machine, host, body) {
  machine.call('call', body);
  for (;;) {
    machine.runJobs();
    if (host.isOver) return;
    const wait = machine.call('tick');
    if (wait < 0) {
      endIfFull(machine);
      // Nothing can settle the promise any more.
      endNow();
    }
    if (wait > 0) Atomics.wait(clock, 0, 0, Math.min(wait, LONGEST_SLEEP_MS));
    host.shouldStop();
  }
}

/**
 * What comes out of the machine this way is no exception of the plugin's: V8's stack is full, which a recursion of the plugin
 * can do, or QuickJS failed.
 * @param {InstanceType<typeof Machine>} machine
 * @param {InstanceType<typeof CallHost>} host
 * @param {unknown} error
 */
function end(machine, host, error) {
  if (host.isOver) return;
  endIfFull(machine);
  if (!(error instanceof RangeError)) return endNow();
  host.fail(error);
}

/** @param {InstanceType<typeof Machine>} machine */
function endIfFull(machine) {
  if (machine.isNearlyFull) endFull();
}
