import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../src/sinks/sink.ts';
import type { SlackPost } from '../../../src/sinks/slack/content.ts';
import { createPrintedSink } from '../../../src/sinks/slack/printed-sink.ts';
import type { PrintedMessage } from '../../../src/sinks/slack/printed-sink.ts';
import { renderIncident } from '../../../src/sinks/slack/render.ts';
import { createSlackSink } from '../../../src/sinks/slack/sink.ts';
import { diagnosisOf, incidentOf } from '../../support/diagnoses.ts';
import { startSlack } from '../../support/slack.ts';
import type { TestSlack } from '../../support/slack.ts';

const signal = new AbortController().signal;
const longAgo = { ts: null, at: new Date(Date.now() - 60_000).toISOString(), digest: '' };
let slack: TestSlack;

beforeEach(async () => {
  slack = await startSlack({ burst: 20 });
});

afterEach(async () => {
  await slack.close();
});

function post(channel: string, incident = 'inc-1'): SlackPost {
  const diagnosis = diagnosisOf();
  const content = renderIncident(incidentOf(diagnosis, { id: incident }), diagnosis, { publicUrl: 'https://t.example', buttons: 'hidden' });
  return { channel, thread: null, content };
}

const sink = (): ReturnType<typeof createSlackSink> => createSlackSink({ token: slack.token, apiUrl: slack.apiUrl });

async function failure(channel = 'C0ALERTS1'): Promise<DeliveryError> {
  const error: unknown = await sink()
    .deliver(post(channel), null, signal)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof DeliveryError)) throw new Error('it was delivered, or failed otherwise', { cause: error });
  return error;
}

describe('the Slack sink', () => {
  it('takes a channel by its name and remembers its id', async () => {
    const receipt = await sink().deliver(post('#alerts'), null, signal);

    expect(receipt.channel).toBe('C0ALERTS1');
    expect(slack.messages[0]?.metadata).toEqual({ event_type: 'podnet_triage_incident', event_payload: { incident: 'inc-1' } });
  });

  it('finds a message of its own in a channel that was given by name, among many others', async () => {
    for (let index = 0; index < 30; index += 1) slack.addChannel({ id: `C0OTHER${index}`, name: `other-${index}` });
    const first = await sink().deliver(post('#alerts'), null, signal);
    for (let index = 2; index < 12; index += 1) await sink().deliver(post('#alerts', `inc-${index}`), null, signal);

    const again = await sink().deliver(post('#alerts'), { channel: '#alerts', ...longAgo }, signal);

    expect(again.ts).toBe(first.ts);
    expect(slack.messages).toHaveLength(11);
  });

  it('posts when the message that may have been lost is not there', async () => {
    const receipt = await sink().deliver(post('C0ALERTS1'), { channel: 'C0ALERTS1', ...longAgo }, signal);

    expect(slack.messages.map(({ ts }) => ts)).toEqual([receipt.ts]);
  });

  it('posts and warns when the history may not be read', async () => {
    const warnings: string[] = [];
    slack.next('conversations.history', { kind: 'error', error: 'missing_scope' });
    const warned = createSlackSink({ token: slack.token, apiUrl: slack.apiUrl, onWarning: (message) => warnings.push(message) });

    await warned.deliver(post('C0ALERTS1'), { channel: 'C0ALERTS1', ...longAgo }, signal);

    expect(slack.messages).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ['not_in_channel', 'invite the app'],
    ['channel_not_found', 'check the channel'],
    ['is_archived', 'unarchive'],
    ['invalid_auth', 'SLACK_BOT_TOKEN'],
    ['token_revoked', 'install the app again'],
    ['missing_scope', 'scopes'],
    ['something_new', 'something_new'],
  ])('says what to do about %s and that trying again is no use', async (error, cure) => {
    slack.next('chat.postMessage', { kind: 'error', error });

    const { retryable, message } = await failure();

    expect(retryable).toBe(false);
    expect(message).toContain(error);
    expect(message).toContain(cure);
    expect(message).not.toContain(slack.token);
  });

  it.each([
    [{ kind: 'rate-limit', seconds: 7 } as const, 7000],
    [{ kind: 'status', status: 502 } as const, null],
    [{ kind: 'lose-answer' } as const, null],
    [{ kind: 'error', error: 'internal_error' } as const, null],
  ])('says that %j passes', async (fault, retryAfterMs) => {
    slack.next('chat.postMessage', fault);

    expect(await failure()).toMatchObject({ retryable: true, retryAfterMs });
  });

  it('makes one call and no retry of its own', async () => {
    slack.next('chat.postMessage', { kind: 'status', status: 500 });

    await failure();

    expect(slack.messages).toHaveLength(0);
    expect(slack.calls).toHaveLength(0);
  });

  it('begins no call when the process is ending', async () => {
    await expect(sink().deliver(post('C0ALERTS1'), null, AbortSignal.abort())).rejects.toThrow(DeliveryError);

    expect(slack.calls).toHaveLength(0);
  });
});

describe('the printed sink', () => {
  it('hands on what people would read, and says whether it is an edit', async () => {
    const printed: PrintedMessage[] = [];
    const sink = createPrintedSink((message) => printed.push(message));

    const receipt = await sink.deliver(post('log'), null, signal);
    await sink.deliver(post('log'), receipt, signal);

    expect(printed.map(({ change }) => change)).toEqual(['posted', 'edited']);
    expect(printed[0]?.notification).toBe('Pod CIDR 10.244.3.0/26 of node worker-3 has no free address');
    expect(printed[0]?.text).toContain('    kubectl cordon worker-3');
    expect(printed[0]?.text).not.toMatch(/[*`]|&amp;/);
  });
});
