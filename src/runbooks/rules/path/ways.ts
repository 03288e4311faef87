import { exhibit } from '../../../core/evidence.ts';
import type { Exhibit } from '../../../core/evidence.ts';
import type { Connectivity, ProbedFrom } from '../../../collectors/connectivity.ts';
import { isAnswer, isSilence } from '../../../collectors/prober.ts';
import type { ProbeOutcome } from '../../../collectors/prober.ts';

/**
 * The way from one place to the pod's address. `open`: it answered; a refusal is an answer of its network stack. `silent`: nothing
 * came back. `untold`: the attempts failed for reasons of their own, or what the place sends is restricted.
 */
export interface Way {
  readonly from: ProbedFrom;
  readonly state: 'open' | 'silent' | 'untold';
}

/** How the way from each place is. */
export function waysOf(connectivity: Connectivity): readonly Way[] {
  return connectivity.map((from) => ({ from, state: stateOf(from) }));
}

function stateOf({ attempts, restrictedBy }: ProbedFrom): Way['state'] {
  if (attempts.some(isAnswer)) return 'open';
  return attempts.some(isSilence) && restrictedBy.length === 0 ? 'silent' : 'untold';
}

/** Whether the place is the pod's own node, which policies always let in; a pod on that node is not the node. */
export function isOwnNode({ kind, node }: ProbedFrom, here: string | undefined): boolean {
  return kind === 'node' && here !== undefined && node === here;
}

/** A connection that stood and then brought nothing more: small packets pass, large ones may not. */
export function stalls({ attempts }: ProbedFrom): boolean {
  return attempts.some(({ connected, outcome }) => connected && outcome === 'timeout');
}

/** What was tried from a place and what came of it, at most three attempts, those first that tell most. */
export function wayExhibits({ from, state }: Way): readonly Exhibit[] {
  const telling = from.attempts.filter((attempt) => (state === 'silent' ? isSilence(attempt) : isAnswer(attempt)));
  return (telling.length > 0 ? telling : from.attempts).slice(0, 3).map((attempt) => attemptExhibit(from.from, attempt));
}

function attemptExhibit(from: string, attempt: ProbeOutcome): Exhibit {
  const { address, port, text } = attempt;
  return exhibit(
    { kind: 'Probe', name: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}` },
    `from ${from}: ${attemptText(attempt)}${text === '' ? '' : `: ${text}`}`,
  );
}

/** "tcp 10.244.3.7:8080 timeout after 2001 ms". */
export function attemptText({ kind, address, port, outcome, durationMs }: ProbeOutcome): string {
  return `${kind} ${address}:${port} ${outcome} after ${durationMs} ms`;
}

/** "node worker-1 and pod shop/web-1". */
export function placesText(ways: readonly Way[]): string {
  const names = ways.map(({ from }) => from.from);
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
