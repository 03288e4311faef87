import { Worker } from 'node:worker_threads';
import type { Origin } from '../portable.ts';
import { ReadError } from '../reader.ts';
import type { PageRoom } from './answer-body.ts';
import type { PageAnswer } from './page-thread.ts';

/** Reads pages in a thread, so that a list of 150,000 pods does not keep this one from answering. */
export interface PageParser<T> extends AsyncDisposable {
  /** What is kept of the page's objects. The bytes are gone afterwards, their memory back in the room. At most a few pages should be under way at once. */
  parse(page: Buffer): Promise<readonly T[]>;
}

/** Two or three pages and what comes of them; the rows themselves leave the thread. */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 128 };

/** Starts the thread; ends it when disposed of. The packed program has .js files where the sources are .ts. */
export function startPageParser<T>(origin: Origin, room: PageRoom): PageParser<T> {
  const script = new URL(import.meta.url.endsWith('.ts') ? './page-thread.ts' : './page-thread.js', import.meta.url);
  const worker = new Worker(script, { workerData: origin, resourceLimits });
  const waiting: PromiseWithResolvers<readonly T[]>[] = [];
  const fail = (why: string): void => {
    for (const one of waiting.splice(0)) one.reject(new ReadError('failed', `A page could not be read: ${why}`));
  };
  worker.unref();
  worker.on('message', (answer: PageAnswer) => {
    room.push(answer.memory);
    if ('picked' in answer) waiting.shift()?.resolve(answer.picked as readonly T[]);
    else waiting.shift()?.reject(new ReadError('failed', `A page could not be read: ${answer.failure}`));
  });
  worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.on('exit', () => fail('its thread has ended'));
  return {
    parse(page) {
      const answer = Promise.withResolvers<readonly T[]>();
      waiting.push(answer);
      worker.postMessage(page, [page.buffer as ArrayBuffer]);
      return answer.promise;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
