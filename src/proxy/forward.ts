import type { Posting, Upstream, UpstreamAnswer } from './upstream.ts';

/**
 * How an Alertmanager stands: it takes batches; it refuses whatever comes; it is late, while another one has long taken the batch; or it
 * gives no answer.
 */
export type UpstreamState = 'up' | 'refusing' | 'late' | 'down';

/** What became of a batch at one Alertmanager. */
export type Fate = 'taken' | 'refused' | 'failed' | 'passed-over';

export interface ForwardOptions {
  readonly upstreams: () => readonly Upstream[];
  /** Told when an Alertmanager's state changes; `reason` is null when it is up. */
  readonly onState: (upstream: string, state: UpstreamState, reason: string | null) => void;
  readonly onFate: (upstream: string, fate: Fate) => void;
  /** How long the others may take after one has taken a batch. */
  readonly lateMs?: number;
}

interface Sent {
  readonly upstream: Upstream;
  readonly done: Promise<UpstreamAnswer | Error>;
}

/**
 * Forwards a batch to every Alertmanager and answers for all: 200 when one took it, else what the first that answered said, else 502.
 *
 * The others are waited for too, because Prometheus sends its next batch after our answer and batches must not overtake each other;
 * but one that is late or down is not waited for until it has taken one again, and is given one batch at a time.
 */
export function createForward(options: ForwardOptions): (posting: Posting) => Promise<UpstreamAnswer> {
  const { upstreams, onState, onFate, lateMs = 1_000 } = options;
  const states = new Map<string, UpstreamState>();
  const busy = new Map<string, number>();

  const become = (name: string, state: UpstreamState, reason: string | null): void => {
    if ((states.get(name) ?? 'up') !== state) onState(name, state, reason);
    states.set(name, state);
  };
  const send = (upstream: Upstream, posting: Posting): Sent => {
    const { name } = upstream;
    busy.set(name, (busy.get(name) ?? 0) + 1);
    const settle = (outcome: UpstreamAnswer | Error): UpstreamAnswer | Error => {
      busy.set(name, (busy.get(name) ?? 1) - 1);
      const failed = outcome instanceof Error;
      onFate(name, failed ? 'failed' : isTaken(outcome) ? 'taken' : 'refused');
      if (failed) become(name, 'down', outcome.message);
      else if (isTaken(outcome) || isAboutBatch(outcome)) become(name, 'up', null);
      else become(name, 'refusing', `it answers ${outcome.status}`);
      return outcome;
    };
    const done = upstream.post(posting).then(settle, (error: unknown) => settle(error instanceof Error ? error : new Error(String(error))));
    return { upstream, done };
  };
  const isAnswering = ({ name }: Upstream): boolean => ['up', 'refusing'].includes(states.get(name) ?? 'up');
  const isStuck = (upstream: Upstream): boolean => !isAnswering(upstream) && (busy.get(upstream.name) ?? 0) > 0;

  return async (posting) => {
    const all = upstreams();
    const free = all.filter((upstream) => !isStuck(upstream));
    const asked = free.length > 0 ? free : all;
    for (const upstream of all) if (!asked.includes(upstream)) onFate(upstream.name, 'passed-over');
    const awaited = new Set(asked.filter(isAnswering));
    const sent = asked.map((upstream) => send(upstream, posting));
    const outcomes = Promise.all(sent.map(({ done }) => done));
    void outcomes.then(() => posting.onSettled?.());
    if (!(await anyTaken(sent))) return refusal(await outcomes);
    const waiting = sent.filter(({ upstream }) => awaited.has(upstream));
    for (const upstream of await notWithin(waiting, lateMs))
      become(upstream.name, 'late', `no answer ${lateMs} ms after another had taken the batch`);
    return { status: 200, contentType: null, text: '' };
  };
}

function isTaken(outcome: UpstreamAnswer | Error): boolean {
  return !(outcome instanceof Error) && outcome.status >= 200 && outcome.status < 300;
}

/** Whether the batch itself is wrong: its size, type or content (Alertmanager's api/v2/openapi.yaml and go-openapi). The next may be right. */
function isAboutBatch({ status }: UpstreamAnswer): boolean {
  return [400, 413, 415, 422].includes(status);
}

/** Resolves as soon as one took it; false when all have ended otherwise. */
async function anyTaken(sent: readonly Sent[]): Promise<boolean> {
  const taken = sent.map(async ({ done }) => (isTaken(await done) ? true : Promise.reject(new Error('not taken'))));
  return Promise.any(taken).catch(() => false);
}

/** Those that have not ended so many milliseconds later. */
async function notWithin(sent: readonly Sent[], ms: number): Promise<readonly Upstream[]> {
  const open = new Set(sent.map(({ upstream }) => upstream));
  const ended = Promise.all(sent.map(async ({ upstream, done }) => done.then(() => open.delete(upstream))));
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([ended, late]);
  clearTimeout(timer);
  return [...open];
}

/** A redirect would make Prometheus send the alerts elsewhere, without their body. */
function refusal(outcomes: readonly (UpstreamAnswer | Error)[]): UpstreamAnswer {
  const answered = outcomes.find((outcome): outcome is UpstreamAnswer => !(outcome instanceof Error) && outcome.status >= 400);
  if (answered !== undefined) return answered;
  const why =
    outcomes.length === 0 ? 'no address of one is known' : 'each is unreachable or is no Alertmanager; the log of the proxy says which';
  return { status: 502, contentType: 'application/json', text: JSON.stringify(`No Alertmanager took the alerts: ${why}`) };
}
