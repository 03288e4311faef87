import { parentPort, workerData } from 'node:worker_threads';
import type { Origin } from '../portable.ts';
import { itemsOf } from './list-body.ts';

// Reads pages of a large list in a thread of its own: bytes come in, what is kept of each object goes out, in order, and the memory of
// the bytes with it.

type Outcome = { readonly picked: readonly unknown[] } | { readonly failure: string };
export type PageAnswer = Outcome & { readonly memory: ArrayBuffer };

const { module, name } = workerData as Origin;
const pick = ((await import(module)) as Record<string, (object: unknown) => unknown>)[name];

parentPort?.on('message', (page: Uint8Array<ArrayBuffer>) => {
  const answer: PageAnswer = { ...outcomeOf(page), memory: page.buffer };
  parentPort?.postMessage(answer, [answer.memory]);
});

function outcomeOf(page: Uint8Array): Outcome {
  try {
    if (pick === undefined) return { failure: `${module} exports no ${name}` };
    return { picked: itemsOf(page).flatMap((object) => pick(object) ?? []) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
