import { setTimeout as delay } from 'node:timers/promises';
import type { PrintedMessage } from '../sinks/slack/printed-sink.ts';
import { listedAlert, notReadyAlert, postAlerts } from './alert.ts';
import type { Narrator } from './narrator.ts';
import type { PodName } from './recorded-cluster.ts';
import { pagerGroupWaitMs } from './routes.ts';
import type { Stage } from './stage.ts';
import type { Telling } from './telling.ts';
import type { WebhookBody } from './webhook-body.ts';

/** What arrives, and who tells of it. */
export interface Arrivals {
  readonly narrator: Narrator;
  readonly messages: Telling<PrintedMessage>;
  readonly pages: Telling<WebhookBody>;
}

const patienceMs = 60_000;

/** Fires the alert and tells of everything that follows. Rejects when a part of it does not happen within a minute. */
export async function tellStory(stage: Stage, { narrator, messages, pages }: Arrivals): Promise<void> {
  const { cluster, alertmanager, publicUrl } = stage;
  const missed = (what: string): Error => new Error(`${what} within ${patienceMs / 1000} s; the service's log is in ${stage.logFile}`);
  const alert = notReadyAlert(cluster.stuckPod, new Date());
  await postAlerts(alertmanager.url, [alert]);
  narrator.step('An alert fires: KubePodNotReady');
  narrator.table([['pod', `${cluster.stuckPod.namespace}/${cluster.stuckPod.name}`], ...Object.entries(alert.annotations)]);
  narrator.note(`Alertmanager tells podnet-triage at once; the pager's route waits ${pagerGroupWaitMs / 1000} s before its first page.`);

  const message = await messages.first(isOwnMessage, patienceMs, () => missed('no message came to Slack'));
  narrator.step('The diagnosis arrives in Slack');
  narrator.quote(message.text);

  const annotations = await annotated(alertmanager.url, cluster.stuckPod, () => missed('the alert was not annotated'));
  narrator.step("It stands in the alert's annotations in Alertmanager, beside the alert's own");
  narrator.table(Object.entries(annotations));

  const page = await pages.first(
    () => true,
    patienceMs,
    () => missed('the pager did not ring'),
  );
  narrator.step('The pager rings, and its first page has the diagnosis');
  narrator.quote(pageText(page));

  narrator.step('The web page has every step, every rule and every piece of evidence');
  narrator.note(annotations['triage_url'] ?? publicUrl);
}

/** Tells of what arrives when the story is over: people fire and end alerts themselves. */
export function tellMore({ narrator, messages, pages }: Arrivals): void {
  messages.hear((message) => {
    if (!isOwnMessage(message)) return;
    narrator.step(message.change === 'edited' ? 'The message in Slack is edited' : 'A message arrives in Slack');
    narrator.quote(message.text);
  });
  pages.hear((page) => {
    narrator.step(page.status === 'firing' ? 'The pager rings' : 'The pager is told that it is over');
    narrator.quote(pageText(page));
  });
}

/** The evidence stands in a thread under it. */
function isOwnMessage({ place }: PrintedMessage): boolean {
  return place === 'channel';
}

async function annotated(url: string, pod: PodName, missed: () => Error): Promise<Readonly<Record<string, string>>> {
  for (let waited = 0; waited < patienceMs; waited += 50) {
    const annotations = (await listedAlert(url, pod))?.annotations ?? {};
    if (annotations['triage_status'] === 'done') return annotations;
    await delay(50);
  }
  throw missed();
}

/** A page as a phone shows it: what rings, then what its annotations say. */
function pageText({ alerts }: WebhookBody): string {
  const lines = alerts.flatMap(({ status, labels, annotations }) => [
    `${status === 'resolved' ? 'RESOLVED ' : ''}${labels['alertname']} ${labels['namespace']}/${labels['pod']}`,
    annotations['summary'] ?? '',
    diagnosisIn(annotations, status),
  ]);
  return lines.filter((line) => line !== '').join('\n');
}

function diagnosisIn(annotations: Readonly<Record<string, string>>, status: WebhookBody['status']): string {
  const { triage_summary: summary, triage_root_cause: cause, triage_confidence: confidence } = annotations;
  if (summary === undefined) return status === 'firing' ? 'Not triaged.' : '';
  return cause === undefined ? summary : `${summary} (${[cause, confidence].filter((part) => part !== undefined).join(', ')})`;
}
