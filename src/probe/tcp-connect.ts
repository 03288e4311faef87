import { connect } from 'node:net';
import type { ProbeAttempt } from '../collectors/prober.ts';
import { type Answer, failureAnswer } from './failure.ts';

/** Opens a TCP connection and closes it at once; rejects when the signal ends it. */
export async function tcpConnect({ address, port }: ProbeAttempt, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve({ outcome: 'open', connected: true, text: '' });
    });
    socket.once('error', (error) => {
      if (signal.aborted) reject(error);
      else resolve(failureAnswer(error, 'connecting'));
    });
  });
}
