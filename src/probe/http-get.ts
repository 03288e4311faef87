import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ProbeAttempt } from '../collectors/prober.ts';
import { type Answer, failureAnswer, type Stage } from './failure.ts';

const mostBodyBytes = 4096;
const mostShown = 200;

/**
 * One GET as the kubelet's HTTP probe sends it: the certificate is not verified; unlike there no redirect is followed and no
 * header of the probe is sent. `onStage` hears how far it has come; rejects when the signal ends it.
 */
export async function httpGet(attempt: ProbeAttempt, signal: AbortSignal, onStage: (stage: Stage) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let stage: Stage = 'connecting';
    const reach = (next: Stage): void => {
      stage = next;
      onStage(next);
    };
    const request = send(attempt, signal);
    request.once('socket', (socket) => {
      socket.once('connect', () => reach(attempt.kind === 'https' ? 'securing' : 'asking'));
      socket.once('secureConnect', () => reach('asking'));
    });
    const failed = (error: Error): void => {
      if (signal.aborted) reject(error);
      else resolve(failureAnswer(error, stage));
    };
    request.on('error', failed);
    request.once('response', (response) => {
      // An answer is an answer, however its body ends.
      request.off('error', failed).on('error', () => response.destroy());
      answerOf(response).then(resolve, reject);
    });
    request.end();
  });
}

function send({ kind, address, port, path }: ProbeAttempt, signal: AbortSignal): ClientRequest {
  const options = {
    host: address,
    port,
    path: pathOf(path ?? '/'),
    signal,
    agent: false,
    headers: { accept: '*/*', 'user-agent': 'podnet-triage-probe', connection: 'close' },
  } as const;
  return kind === 'https' ? requestHttps({ ...options, rejectUnauthorized: false }) : requestHttp(options);
}

/** The path of a probe is its author's text: what a request line cannot carry is percent-encoded. */
function pathOf(path: string): string {
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return rooted.toWellFormed().replaceAll(/[^\u0021-\u007e]/gu, encodeURIComponent);
}

/** Any answer at all proves the way; of one that tells a failure the beginning is kept. */
async function answerOf(response: IncomingMessage): Promise<Answer> {
  const { statusCode = 0, statusMessage = '' } = response;
  const status = `HTTP ${statusCode} ${statusMessage}`.trim();
  const body = statusCode >= 400 ? await beginning(response) : '';
  response.destroy();
  return { outcome: 'open', connected: true, text: body === '' ? status : `${status}: ${body}` };
}

async function beginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBodyBytes) resolve();
  });
  for (const end of ['end', 'close', 'error']) response.once(end, () => resolve());
  await enough;
  return Buffer.concat(chunks).toString('utf8').replaceAll(/\s+/g, ' ').trim().slice(0, mostShown);
}
