import { afterEach, describe, expect, it } from 'vitest';
import { podLists } from '../../bench/storm/requests.ts';
import { channel, setStage } from '../../bench/storm/stage.ts';
import type { Stage } from '../../bench/storm/stage.ts';
import { slackSettles, storm } from '../../bench/storm/storm.ts';
import type { Grouping } from '../../bench/storm/storm.ts';

/**
 * A thousand alerts of one cause, end to end: real Redis and Alertmanager, an API server and a Slack over HTTP, the
 * service in a process of its own. What is promised of time is measured by the benchmarks; here it is numbers.
 */
const alerts = 1_000;
const timeout = 300_000;

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.[Symbol.asyncDispose]();
  stage = undefined;
});

async function after(grouping: Grouping): Promise<Stage> {
  stage = await setStage({ alerts });
  await storm(stage, grouping, timeout - 60_000);
  await slackSettles(stage, alerts);
  return stage;
}

describe.each([
  ['in one webhook', 'one'],
  ['in a thousand webhooks', 'each'],
] as const)('a storm of a thousand alerts %s', (_how, grouping) => {
  it('annotates every alert with its cause, lists all pods five times at most, and speaks in one message', { timeout }, async () => {
    const { api, alertmanager, slack } = await after(grouping);

    const annotations = (await alertmanager.alerts()).map(({ annotations: own }) => own['triage_root_cause']);
    expect(annotations).toEqual(Array.from({ length: alerts }, () => 'cni-auth-failure'));
    expect(podLists(api)).toBeLessThanOrEqual(5);

    const posts = slack.calls.filter(({ method, error }) => method === 'chat.postMessage' && error === null);
    const edits = slack.calls.filter(({ method, error }) => method === 'chat.update' && error === null);
    expect(slack.inChannel(channel)).toHaveLength(1);
    expect(posts.length).toBeLessThanOrEqual(2);
    expect(edits.length).toBeLessThanOrEqual(10);
  });
});
