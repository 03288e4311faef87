import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Takes what Alertmanager takes and keeps none of it, so that what is measured is the way there. `GET /enriched` tells how many of the
// batches held an annotation of ours.
let enriched = 0;
const server = createServer((incoming, response) => {
  let isEnriched = false;
  incoming.on('data', (chunk: Buffer) => (isEnriched ||= chunk.includes('triage_root_cause')));
  incoming.on('end', () => {
    if (isEnriched) enriched += 1;
    response.end(incoming.method === 'GET' ? String(enriched) : '');
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
process.once('disconnect', () => process.exit(0));
