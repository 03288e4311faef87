import type { ProbeOutcome } from '../collectors/prober.ts';

/** What a probe tells of the address. */
export type Answer = Pick<ProbeOutcome, 'outcome' | 'connected' | 'text'>;

/** How far a connection had come when it failed. */
export type Stage = 'connecting' | 'securing' | 'asking';

/**
 * What connect(2) says where a packet never leaves or comes back as an ICMP error. A route of type `blackhole` gives EINVAL, one of
 * type `prohibit` EACCES (ip-route(8)).
 */
const whileConnecting: Readonly<Record<string, ProbeOutcome['outcome']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EINVAL: 'unreachable',
  EACCES: 'unreachable',
};

/** What a failed connection tells, by how far it had come; the words are the operating system's. */
export function failureAnswer(error: unknown, stage: Stage): Answer {
  const { code, text } = wordsOf(error);
  if (stage === 'connecting') return { outcome: whileConnecting[code] ?? 'error', connected: false, text };
  return { outcome: stage === 'securing' ? 'tls-error' : 'error', connected: true, text };
}

/** Nothing more came within the time of a probe. */
export function silenceAnswer(stage: Stage, timeoutMs: number): Answer {
  const got = { connecting: 'no answer', securing: 'connected, but no TLS handshake', asking: 'connected, but no HTTP answer' }[stage];
  return { outcome: 'timeout', connected: stage !== 'connecting', text: `${got} within ${timeoutMs} ms` };
}

function wordsOf(error: unknown): { code: string; text: string } {
  if (!(error instanceof Error)) return { code: '', text: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, text: error.message.split('\n', 1)[0]?.slice(0, 200) ?? '' };
}
