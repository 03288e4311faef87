import { type ClusterReader, ReadError } from '../cluster/reader.ts';
import type { Dependency } from '../http/health.ts';

const askedEachMs = 5000;
const timeoutMs = 2000;

/** Whether a cluster's API answers us; asked at most every five seconds, whoever wants to know meanwhile. */
export function apiHealth(reader: ClusterReader, now: () => number = Date.now): () => Promise<Dependency> {
  let asked: { readonly at: number; readonly answer: Promise<Dependency> } | undefined;
  return async () => {
    if (asked === undefined || now() - asked.at >= askedEachMs) asked = { at: now(), answer: ask(reader) };
    return asked.answer;
  };
}

async function ask(reader: ClusterReader): Promise<Dependency> {
  try {
    // The shipped role grants this list: a look that is refused would fill the API server's audit log.
    await reader.list('Namespace', { limit: 1, signal: AbortSignal.timeout(timeoutMs) });
    return { up: true };
  } catch (error) {
    const reason = error instanceof ReadError ? error.reason : 'failed';
    // "You may not" is an answer: what matters here is that there is somebody to ask.
    return reason === 'forbidden' ? { up: true } : { up: false, why: reason };
  }
}
