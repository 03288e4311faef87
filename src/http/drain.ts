import type { IncomingMessage } from 'node:http';

const most = { bytes: 256 * 1024 * 1024, ms: 5000 };

/**
 * Reads and drops the rest of a body that is refused, up to a bound. A server that closes while the client still sends
 * makes the kernel reset the connection, and the client never sees the answer.
 */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return;
  await new Promise<void>((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, most.ms);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most.bytes) end();
    });
    for (const event of ['end', 'error', 'close']) request.once(event, end);
    request.resume();
  });
}
