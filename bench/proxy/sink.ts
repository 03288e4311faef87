import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where alerts end up. */
export interface Sink extends AsyncDisposable {
  readonly url: string;
  /** How many of the batches held an annotation of ours. */
  enriched(): number;
}

/** Takes what Alertmanager takes and keeps none of it, so that what is measured is the way there. */
export async function startSink(): Promise<Sink> {
  let enriched = 0;
  const server = createServer((incoming, response) => {
    let isEnriched = false;
    incoming.on('data', (chunk: Buffer) => (isEnriched ||= chunk.includes('triage_root_cause')));
    incoming.on('end', () => {
      if (isEnriched) enriched += 1;
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    enriched: () => enriched,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}
