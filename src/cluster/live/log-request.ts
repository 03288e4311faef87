import type { Dispatcher } from 'undici';
import { logEnd } from '../log-end.ts';
import { ReadError } from '../reader.ts';
import type { LogQuery } from '../reader.ts';
import type { ApiClient } from './api-client.ts';
import { refused, serverWords } from './failure.ts';

/** Kept of a log for which no limit was given. */
const mostBytes = 8 * 1024 * 1024;
/** Every line has at least its time, a blank and a newline. */
const shortestLine = 32;

/**
 * The end of a container's log. The server's own `limitBytes` keeps the oldest bytes of the tail, so the newest are
 * kept here while the answer flows by.
 */
export async function requestLog(client: ApiClient, query: LogQuery): Promise<string | undefined> {
  const limitBytes = query.limitBytes ?? mostBytes;
  const what = `the ${query.previous === true ? 'previous ' : ''}log of container ${query.container} of pod ${query.namespace}/${query.pod}`;
  const answer = await client.ask({
    path: logPath(query, limitBytes),
    what,
    signal: query.signal,
    read: (body) => endOf(body, limitBytes),
    // The kubelet's failures come as 500, and trying again takes as long as the first time.
    retryStatuses: [429, 503],
  });
  if (answer.ok) return isKubeletsExcuse(answer.body) ? undefined : logEnd(answer.body, { ...query, limitBytes });
  const words = serverWords(answer.body);
  if (answer.status === 404 || (answer.status === 400 && isWithoutLog(words))) return undefined;
  if (answer.status === 500 && /dial tcp|i\/o timeout|no route to host|connection refused|EOF/.test(words)) {
    throw new ReadError('unreachable', `Reading ${what}: the API server cannot reach the kubelet: ${words}`);
  }
  throw refused({ what, server: client.server }, answer);
}

function logPath({ namespace, pod, container, previous, tailLines }: LogQuery, limitBytes: number): string {
  const lines = Math.min(tailLines ?? Infinity, Math.ceil(limitBytes / shortestLine));
  const query = new URLSearchParams({ container, timestamps: 'true', tailLines: String(lines) });
  if (previous === true) query.set('previous', 'true');
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`;
}

/** A container that has not run yet, or not before (kubernetes/kubernetes pkg/registry/core/pod/rest/log.go, kubelet's GetContainerLogs). */
function isWithoutLog(words: string): boolean {
  return /previous terminated container .* not found|is waiting to start|is terminated.*not found|has not been scheduled|does not have a host assigned/i.test(
    words,
  );
}

/** The kubelet answers 200 with a sentence when the file is gone. */
function isKubeletsExcuse(text: string): boolean {
  return /^(?:\S+ )?(?:unable to retrieve container logs for \S+|failed to try resolving symlinks in path [^\n]*)\s*$/.test(text);
}

async function endOf(body: Dispatcher.ResponseData['body'], limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    // Keeps whole chunks, so that at least `limit` bytes and the line they begin in stay.
    while (chunks.length > 1 && length - (chunks[0]?.length ?? 0) > limit) length -= chunks.shift()?.length ?? 0;
  }
  return Buffer.concat(chunks).toString('utf8');
}
