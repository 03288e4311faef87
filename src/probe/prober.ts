import type { ProbeAttempt, ProbeOutcome, Prober } from '../collectors/prober.ts';
import { type Answer, silenceAnswer, type Stage } from './failure.ts';
import { httpGet } from './http-get.ts';
import { whyNeverProbed } from './never-probed.ts';
import { ownAddresses } from './own-addresses.ts';
import { tcpConnect } from './tcp-connect.ts';

export interface ProberOptions {
  /** What the pod of this process is called, as far as that is known. */
  readonly ownPod?: Prober['ownPod'];
  /** How long one attempt may take: 2 s, in which the kernel sends its SYN twice. */
  readonly timeoutMs?: number;
  /** Why an address is never probed; the usual ones unless said otherwise. */
  readonly whyNever?: (address: string) => string | null;
}

/** Opens connections from this process. An attempt never rejects: what could not be tried is an outcome `error` with its reason. */
export function createProber({ ownPod = null, timeoutMs = 2000, whyNever = whyNeverProbed }: ProberOptions = {}): Prober {
  return {
    ownPod,
    get ownAddresses() {
      return ownAddresses();
    },
    async probe(attempt, signal) {
      const started = performance.now();
      const never = whyNever(attempt.address);
      const answer = never === null ? await tried(attempt, { signal, timeoutMs }) : untried(`not tried: ${never}`);
      return outcomeOf(attempt, answer, Math.round(performance.now() - started));
    },
  };
}

async function tried(attempt: ProbeAttempt, { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number }): Promise<Answer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  let stage: Stage = 'connecting';
  try {
    return attempt.kind === 'tcp'
      ? await tcpConnect(attempt, limit)
      : await httpGet(attempt, limit, (reached) => {
          stage = reached;
        });
  } catch (error) {
    // Cut short by whoever asked, it says nothing of the address.
    if (signal.aborted) return untried('given up: there was no time left');
    if (limit.aborted) return silenceAnswer(stage, timeoutMs);
    return untried(error instanceof Error ? error.message : String(error));
  }
}

function untried(text: string): Answer {
  return { outcome: 'error', connected: false, text };
}

function outcomeOf({ kind, address, port, path }: ProbeAttempt, answer: Answer, durationMs: number): ProbeOutcome {
  return { kind, address, port, path, ...answer, durationMs };
}
