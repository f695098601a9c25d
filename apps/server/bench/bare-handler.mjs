// The least that could answer: a handler of node:http with one answer for everything.
import { createServer } from 'node:http';

const [port, text] = process.argv.slice(2);
createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
}).listen(Number(port), '127.0.0.1');
