import type { PrintedMessage } from '../sinks/slack/printed-sink.ts';
import { createNarrator, type Narrator, type Screen } from './narrator.ts';
import { type StageOptions, openStage, type Stage } from './stage.ts';
import { type Arrivals, tellMore, tellStory } from './story.ts';
import { suggest } from './suggestions.ts';
import { Telling } from './telling.ts';
import type { WebhookBody } from './webhook-body.ts';

export interface DemoOptions extends StageOptions {
  readonly screen: Screen;
  /** `once`: ends when the story is told. Else when this resolves, be it in the middle of the story. */
  readonly until: 'once' | Promise<unknown>;
}

/**
 * Shows the main job from end to end: an alert fires in Alertmanager, the diagnosis arrives in Slack (printed), in the alert's
 * annotations and in the pager's first page. Rejects with a cause for people when any of it does not happen.
 */
export async function runDemo({ screen, until, ...settings }: DemoOptions): Promise<void> {
  const narrator = createNarrator(screen);
  narrator.paragraph('One alert on its way to Slack and to the pager. Everything runs on this machine.');
  const messages = new Telling<PrintedMessage>();
  const pages = new Telling<WebhookBody>();
  await using stage = await openStage(settings, { onMessage: messages.tell, onPage: pages.tell });
  const shown = show(stage, { narrator, messages, pages }, until === 'once' ? 'end' : 'stay').catch((error: unknown) => {
    stage.keepFiles();
    throw error;
  });
  // What fails because the demo was ended in its middle is no news.
  shown.catch(() => undefined);
  await (until === 'once' ? shown : Promise.race([until, shown]));
}

async function show(stage: Stage, arrivals: Arrivals, then: 'end' | 'stay'): Promise<void> {
  introduce(stage, arrivals.narrator);
  await tellStory(stage, arrivals);
  if (then === 'end') return;
  tellMore(arrivals);
  await suggest(stage, arrivals.narrator);
  await new Promise(() => undefined);
}

function introduce({ cluster, alertmanager, redis, publicUrl }: Stage, narrator: Narrator): void {
  narrator.table([
    ['Kubernetes', `${cluster.url}, a recorded cluster of ${cluster.nodes} nodes and ${cluster.pods} pods`],
    ['Alertmanager', `${alertmanager.url}, ${alertmanager.who}`],
    ['Redis', redis],
    ['Slack', 'not used: what would be posted is printed here'],
    ['podnet-triage', publicUrl],
  ]);
  narrator.startClock();
}
