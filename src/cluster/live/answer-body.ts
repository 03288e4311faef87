import type { Readable } from 'node:stream';
import { ReadError } from '../reader.ts';

/**
 * Memory that pages are read into, one after the other. A list of all pods is a gigabyte: with memory of its own for each page, the garbage
 * collector would look through everything that is kept some twenty times meanwhile.
 */
export type PageRoom = ArrayBuffer[];

const largestBody = 256 * 1024 * 1024;

/** The bytes of an answer, in memory that is taken out of the room; whoever has read them may put it back. Fails for more than 256 MiB. */
export async function bytesInto(body: Readable, room: PageRoom): Promise<Buffer> {
  let bytes = Buffer.from(room.pop() ?? new ArrayBuffer(0));
  const length = await eachChunk(body, (chunk, from) => {
    if (from + chunk.length > bytes.length) bytes = moved(bytes.subarray(0, from), 2 * (from + chunk.length));
    bytes.set(chunk, from);
  });
  return bytes.subarray(0, length);
}

/** Lets go of the memory at once, which the garbage collector would leave until the heap has grown by as much. */
export function clear(room: PageRoom): void {
  for (const memory of room.splice(0)) memory.transfer(0);
}

/** The text of an answer; fails for more than 256 MiB. */
export async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  const length = await eachChunk(body, (chunk) => void chunks.push(chunk));
  return Buffer.concat(chunks, length).toString('utf8');
}

/** Hands over each part with where it begins; resolves with the length of all. */
function eachChunk(body: Readable, take: (chunk: Buffer, from: number) => void): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let length = 0;
  // A list of all pods comes in thousands of chunks: to wait for each of them takes longer than to read it.
  body.on('data', (chunk: Buffer) => {
    if (length + chunk.length > largestBody) {
      body.destroy(new ReadError('failed', `the answer is larger than ${largestBody / 1024 / 1024} MiB`));
      return;
    }
    take(chunk, length);
    length += chunk.length;
  });
  body.once('end', () => resolve(length));
  body.once('error', reject);
  body.once('close', () => reject(new Error('the connection was closed in the middle of the answer')));
  return promise;
}

function moved(bytes: Buffer, capacity: number): Buffer<ArrayBuffer> {
  const larger = Buffer.from(new ArrayBuffer(capacity));
  larger.set(bytes);
  return larger;
}
