import { parentPort, workerData } from 'node:worker_threads';
import type { Origin } from '../portable.ts';
import { itemsOf } from './list-body.ts';

// Reads pages of a large list in a thread of its own: bytes come in, what is kept of each object goes out, in order.

export type PageAnswer = { readonly picked: readonly unknown[] } | { readonly failure: string };

const { module, name } = workerData as Origin;
const pick = ((await import(module)) as Record<string, (object: unknown) => unknown>)[name];

parentPort?.on('message', (page: Uint8Array) => {
  parentPort?.postMessage(answerTo(page));
});

function answerTo(page: Uint8Array): PageAnswer {
  try {
    if (pick === undefined) return { failure: `${module} exports no ${name}` };
    return { picked: itemsOf(page).flatMap((object) => pick(object) ?? []) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
