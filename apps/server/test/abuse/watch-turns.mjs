// Loaded before a server: on SIGUSR2 it says on stderr how long the longest turn of the event loop was since the last
// time, by the clock and by the processor time of the main thread, in milliseconds.
const EVERY_MS = 5;
const state = { clock: performance.now(), cpu: cpuMs(), longest: { clock: 0, cpu: 0 } };

setInterval(() => {
  const clock = performance.now();
  const cpu = cpuMs();
  const { longest } = state;
  state.longest = {
    clock: Math.max(longest.clock, clock - state.clock - EVERY_MS),
    cpu: Math.max(longest.cpu, cpu - state.cpu),
  };
  Object.assign(state, { clock, cpu });
}, EVERY_MS).unref();

process.on('SIGUSR2', () => {
  process.stderr.write(`longest turn ${JSON.stringify(state.longest)}\n`);
  state.longest = { clock: 0, cpu: 0 };
});

function cpuMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
