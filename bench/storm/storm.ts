import { setTimeout as wait } from 'node:timers/promises';
import type { AlertmanagerAlert } from '../../test/support/alertmanager.ts';
import { eventually } from '../../test/support/eventually.ts';
import { channel } from './stage.ts';
import type { Stage } from './stage.ts';

/** `one`: all alerts in one webhook. `each`: one webhook for each, as `group_by: ['...']` does it. */
export type Grouping = 'one' | 'each';

export interface StormFigures {
  /** From the first webhook to the last alert that carries its diagnosis in Alertmanager. */
  readonly annotatedMs: number;
  /** From the first webhook on, when each alert was seen annotated, in order; as fine as Alertmanager was asked. */
  readonly annotatedAtMs: readonly number[];
  /** From the first webhook to the answer of the last. */
  readonly acceptedMs: number;
  /** From the first webhook to the first message in Slack. */
  readonly slackMs: number;
}

/** Sends the webhooks and waits until every alert carries its diagnosis. */
export async function storm(stage: Stage, grouping: Grouping, withinMs = 60_000): Promise<StormFigures> {
  const { alerts, alertmanager, slack, service } = stage;
  const begun = Date.now();
  const seen: number[] = [];
  const annotated = eventually(async () => {
    const asked = performance.now();
    const count = (await alertmanager.alerts()).filter(isDone).length;
    while (seen.length < count) seen.push(Date.now() - begun);
    // Who asks all the time for a thousand alerts slows down what is measured.
    if (count < alerts.length) await wait(Math.max(50, 9 * (performance.now() - asked)));
    return count === alerts.length ? true : undefined;
  }, withinMs).catch((error: unknown) => {
    throw new Error(`${seen.length} of ${alerts.length} alerts were annotated; ${service.output().slice(-2000)}`, { cause: error });
  });
  const sent = send(service.url, alerts, grouping).then(() => Date.now() - begun);
  const [acceptedMs] = await Promise.all([sent, annotated]);
  const annotatedMs = Date.now() - begun;
  const first = await eventually(() => slack.calls.find(({ method, error }) => method === 'chat.postMessage' && error === null));
  return { annotatedMs, annotatedAtMs: seen, acceptedMs, slackMs: first.atMs - begun };
}

export const isDone = ({ annotations }: AlertmanagerAlert): boolean => annotations['triage_status'] === 'done';

/** Sends them in so many webhooks as the grouping makes of them, 64 at a time. */
export async function send(url: string, alerts: readonly AlertmanagerAlert[], grouping: Grouping): Promise<void> {
  const bodies = grouping === 'one' ? [alerts] : alerts.map((one) => [one]);
  const next = bodies[Symbol.iterator]();
  const sender = async (): Promise<void> => {
    for (const body of next) await post(url, body);
  };
  await Promise.all(Array.from({ length: 64 }, sender));
}

async function post(url: string, alerts: readonly AlertmanagerAlert[]): Promise<void> {
  const body = JSON.stringify({
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'triage',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: alerts.map(({ labels, annotations, startsAt, generatorURL, fingerprint }) => {
      return { status: 'firing', labels, annotations, startsAt, endsAt: '0001-01-01T00:00:00Z', generatorURL, fingerprint };
    }),
  });
  const answer = await fetch(`${url}/api/v1/alertmanager`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!answer.ok) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
}

/** Waits until the incident's message in Slack speaks of so many pods, and nothing is edited any more. */
export async function slackSettles({ slack }: Stage, pods: number, withinMs = 30_000): Promise<void> {
  await eventually(
    () => slack.inChannel(channel).some(({ blocks, text }) => `${text} ${JSON.stringify(blocks)}`.includes(String(pods))),
    withinMs,
  );
}

/** Waits until Slack has heard nothing for longer than our edits are apart. */
export async function slackFallsSilent({ slack }: Stage, silenceMs = 8_000): Promise<void> {
  await eventually(() => Date.now() - (slack.calls.at(-1)?.atMs ?? 0) > silenceMs, 300_000);
}
