import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The wanted loopback port, or any free one where somebody has it. Both were free a moment ago, no more. */
export async function freePort(wanted: number): Promise<number> {
  return (await tried(wanted)) ?? (await tried(0)) ?? wanted;
}

async function tried(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    // Somebody has it, or this user may not take it: another one does as well.
    return null;
  }
  const { port: taken } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return taken;
}
