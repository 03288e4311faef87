import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';

// Passes each body on as it came, in a process of its own: what any process on the way takes on this machine.
const upstream = process.argv[2] ?? '';
const dispatcher = new Agent({ connections: 64 });
const server = createServer((incoming, response) => {
  void (async () => {
    const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
    const headers = { 'content-type': 'application/json' };
    const answer = await request(`${upstream}${incoming.url ?? '/'}`, { dispatcher, method: 'POST', headers, body });
    response.writeHead(answer.statusCode).end(await answer.body.text());
  })();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
process.once('disconnect', () => process.exit(0));
