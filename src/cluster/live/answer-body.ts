import type { Dispatcher } from 'undici';
import { ReadError } from '../reader.ts';

type Body = Dispatcher.ResponseData['body'];

const largestBody = 256 * 1024 * 1024;

/** The bytes of an answer, which are the caller's own; fails for more than 256 MiB. */
export function bytesOf(body: Body): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  // A list of all pods comes in thousands of chunks: to wait for each of them takes longer than to read it.
  body.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > largestBody) body.destroy(new ReadError('failed', `the answer is larger than ${largestBody / 1024 / 1024} MiB`));
  });
  body.once('end', () => resolve(Buffer.concat(chunks, length)));
  body.once('error', reject);
  body.once('close', () => reject(new Error('the connection was closed in the middle of the answer')));
  return promise;
}

/** The text of an answer; fails for more than 256 MiB. */
export async function textOf(body: Body): Promise<string> {
  return (await bytesOf(body)).toString('utf8');
}
