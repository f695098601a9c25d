// Opens connections and sends nothing. Says on its channel how many are open, and how many were closed again.
import { connect } from 'node:net';

const [port, count, localAddress] = process.argv.slice(2);
let open = 0;
let closed = 0;
const tell = () => process.send?.({ open, closed });
for (let number = 0; number < Number(count); number++) {
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress });
  socket.on('connect', () => (open += 1));
  socket.on('error', () => undefined);
  socket.on('close', () => (closed += 1));
  socket.resume();
  if (number % 200 === 199) await new Promise((resolve) => setImmediate(resolve));
}
setInterval(tell, 100);
