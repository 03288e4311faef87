import { setTimeout as wait } from 'node:timers/promises';
import type { AlertmanagerAlert } from '../../test/support/alertmanager.ts';
import { eventually } from '../../test/support/eventually.ts';
import { percentile, rounded } from '../part.ts';
import { costs, shares } from './storm-row.ts';
import type { StormRow } from './storm-row.ts';
import { channel, setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { isDone, send } from './storm.ts';

interface Single {
  readonly acceptedMs: number;
  readonly annotatedMs: number;
  readonly slackMs: number;
}

/** Slack takes about one message a second in a channel; an alert that comes sooner would wait for that. */
const apartMs = 1_500;

/** Alerts one after another, each of a cause and so of a Slack message of its own; the medians, and the slowest for what is one figure. */
export async function measureSingles(alerts: number): Promise<{ readonly row: StormRow; readonly samples: readonly Single[] }> {
  await using stage = await setStage({ alerts, trouble: 'no-image' });
  const samples: Single[] = [];
  for (const alert of stage.alerts) {
    samples.push(await one(stage, alert));
    await wait(apartMs);
  }
  const row = {
    alerts: 1,
    webhooks: 1,
    accepted: rounded(
      percentile(
        samples.map(({ acceptedMs }) => acceptedMs),
        0.5,
      ),
    ),
    ...shares(samples.map(({ annotatedMs }) => annotatedMs)),
    'in Slack': rounded(
      percentile(
        samples.map(({ slackMs }) => slackMs),
        0.5,
      ),
    ),
    ...costs(stage),
  };
  return { row, samples };
}

async function one(stage: Stage, alert: AlertmanagerAlert): Promise<Single> {
  const { alertmanager, service, slack } = stage;
  const before = slack.inChannel(channel).length;
  const begun = Date.now();
  await send(service.url, [alert], 'one');
  const acceptedMs = Date.now() - begun;
  await eventually(async () => (await alertmanager.alerts()).some((it) => it.fingerprint === alert.fingerprint && isDone(it)), 30_000);
  const annotatedMs = Date.now() - begun;
  await eventually(() => slack.inChannel(channel).length > before, 30_000);
  const posted = slack.calls.findLast(({ method, error }) => method === 'chat.postMessage' && error === null);
  return { acceptedMs, annotatedMs, slackMs: (posted?.atMs ?? Number.NaN) - begun };
}
