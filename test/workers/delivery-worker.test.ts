import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { Incident, SlackMessage } from '../../src/incidents/incident.ts';
import { queueNames } from '../../src/queue/jobs.ts';
import type { SlackReceipt } from '../../src/sinks/slack/content.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { createSlackSink } from '../../src/sinks/slack/sink.ts';
import { openDeliveryPace } from '../../src/store/delivery-pace.ts';
import { openDeliveryReceipts } from '../../src/store/delivery-receipts.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';
import { startDeliveryWorker } from '../../src/workers/delivery-worker.ts';
import type { DeliveryWorkerOptions } from '../../src/workers/delivery-worker.ts';
import { alertOf, diagnosisOf, incidentOf, sampleDiagnoses } from '../support/diagnoses.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';
import { startSlack } from '../support/slack.ts';
import type { TestMessage, TestSlack } from '../support/slack.ts';

const channel = 'C0ALERTS1';

let server: TestRedis;
let redis: Redis;
let slack: TestSlack;
let queue: Queue;
let worker: AsyncDisposable;
let said: { level: string; fields: unknown; message: string | undefined }[];
let incidents: Map<string, Incident>;
let diagnoses: Map<string, Diagnosis>;
let recorded: Map<string, readonly SlackMessage[]>;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
});

afterAll(async () => {
  redis.disconnect();
  await server.close();
});

beforeEach(async () => {
  slack = await startSlack({ postsPerSecond: 5 });
  await redis.flushall();
  queue = new Queue(queueNames.delivery, { connection: redis, prefix: keyPrefix });
  said = [];
  incidents = new Map();
  diagnoses = new Map();
  recorded = new Map();
  worker = startDeliveryWorker(options());
});

afterEach(async () => {
  await worker[Symbol.asyncDispose]();
  await queue.close();
  await slack.close();
});

function options(given: Partial<DeliveryWorkerOptions> = {}): DeliveryWorkerOptions {
  const hear = (level: string) => (fields: unknown, message?: string) => void said.push({ level, fields, message });
  return {
    connection: redis,
    incidents: {
      get: async (id) => incidents.get(id) ?? null,
      recordSlack: async (id, messages) => void recorded.set(id, messages),
    },
    triages: { get: async (id) => recordOf(id) },
    receipts: openDeliveryReceipts<SlackReceipt>(redis, { keepMs: 60_000 }),
    pace: openDeliveryPace(redis, { everyMs: 300 }),
    sink: createSlackSink({ token: slack.token, apiUrl: slack.apiUrl }),
    channelsOf: () => [channel],
    editEachMs: 1000,
    render: { publicUrl: 'https://triage.example.com', buttons: 'hidden' },
    log: { info: hear('info'), warn: hear('warn'), error: hear('error') } as DeliveryWorkerOptions['log'],
    ...given,
  };
}

/** As the store gives it, as far as a delivery reads it. */
function recordOf(id: string): TriageRecord | null {
  const diagnosis = diagnoses.get(id);
  return diagnosis === undefined ? null : ({ id, status: 'done', diagnosis } as TriageRecord);
}

async function restart(given: Partial<DeliveryWorkerOptions> = {}): Promise<void> {
  await worker[Symbol.asyncDispose]();
  worker = startDeliveryWorker(options(given));
}

function open(id: string, given: Partial<Incident> = {}): Incident {
  const diagnosis = diagnosisOf({ id: `triage-${id}` });
  diagnoses.set(diagnosis.id, diagnosis);
  return put(incidentOf(diagnosis, { id, headline: `Headline of ${id}`, ...given }));
}

function put(incident: Incident): Incident {
  incidents.set(incident.id, incident);
  return incident;
}

async function changed(incident: string): Promise<void> {
  const deduplication = { id: incident, keepLastIfActive: true };
  await queue.add('incident', { version: 1, kind: 'incident', incident }, { deduplication, attempts: 5, removeOnComplete: true });
}

async function posted(count: number, withinMs?: number): Promise<readonly TestMessage[]> {
  await eventually(() => slack.inChannel(channel).length === count, withinMs);
  return slack.inChannel(channel);
}

const thread = (ts: string | undefined): readonly TestMessage[] => slack.messages.filter(({ threadTs }) => threadTs === ts);
const idle = async (): Promise<boolean> => (await queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized')) === 0;

/** An incident comes, and its delivery has begun or waits for its turn. */
async function comeAndGetInLine(id: string): Promise<void> {
  open(id);
  await changed(id);
  await eventually(async () => (await queue.getJobCountByTypes('waiting', 'active')) === 0);
}

describe('a new incident', () => {
  it('is posted once, with its evidence in the thread, and its place is recorded', async () => {
    open('a');

    await changed('a');
    await eventually(idle);

    const [message] = slack.inChannel(channel);
    expect(slack.messages).toHaveLength(2);
    expect(message?.text).toBe('Headline of a');
    expect(thread(message?.ts)).toHaveLength(1);
    expect(recorded.get('a')).toEqual([{ channel, ts: message?.ts }]);
  });

  it('is posted once when nothing about it has changed', async () => {
    open('a');

    await changed('a');
    await eventually(idle);
    const before = slack.calls.length;
    await changed('a');
    await eventually(idle);

    expect(slack.calls).toHaveLength(before);
  });

  it('is found by its metadata and not posted again when the answer was lost', async () => {
    open('a');
    slack.next('chat.postMessage', { kind: 'lose-answer' });

    await changed('a');
    const [message] = await posted(1);
    await eventually(() => thread(message?.ts).length === 1);
    await eventually(idle);

    expect(slack.inChannel(channel)).toHaveLength(1);
    expect(slack.calls.map(({ method }) => method)).toContain('conversations.history');
    expect(recorded.get('a')).toEqual([{ channel, ts: message?.ts }]);
  });

  it('has its evidence in the thread once when that answer was lost', async () => {
    open('a');
    await worker[Symbol.asyncDispose]();
    await changed('a');
    let posts = 0;
    const sink = createSlackSink({ token: slack.token, apiUrl: slack.apiUrl });
    worker = startDeliveryWorker(
      options({
        sink: {
          name: 'slack',
          deliver: async (post, previous, signal) => {
            posts += 1;
            if (posts === 2) slack.next('chat.postMessage', { kind: 'lose-answer' });
            return sink.deliver(post, previous, signal);
          },
        },
      }),
    );

    await eventually(async () => posts >= 3 && (await idle()));

    expect(thread(slack.inChannel(channel)[0]?.ts)).toHaveLength(1);
  });

  it('is not posted again when the worker died before it could record the post', async () => {
    open('a');
    const receipts = openDeliveryReceipts<SlackReceipt>(redis, { keepMs: 60_000 });
    let died = false;
    await restart({
      receipts: {
        all: async (incident) => receipts.all(incident),
        put: async (incident, place, receipt) => {
          if (receipt.ts !== null && !died) {
            died = true;
            throw new Error('killed');
          }
          await receipts.put(incident, place, receipt);
        },
      },
    });

    await changed('a');
    await eventually(() => died);
    await restart();
    await eventually(async () => (recorded.get('a') ?? []).length === 1 && (await idle()));

    expect(slack.inChannel(channel)).toHaveLength(1);
  });

  it('that another process began to post and never finished is posted after looking for it', async () => {
    open('a');
    const receipts = openDeliveryReceipts<SlackReceipt>(redis, { keepMs: 60_000 });
    await receipts.put('a', channel, { channel, ts: null, at: new Date().toISOString(), digest: '' });

    await changed('a');
    await posted(1);

    expect(slack.calls[0]?.method).toBe('conversations.history');
  });
});

describe('an incident that changes', () => {
  it('is edited in place when it grows', async () => {
    const incident = open('a');
    await changed('a');
    await eventually(idle);

    put({ ...incident, alerts: Array.from({ length: 42 }, (_, index) => alertOf(index)) });
    await changed('a');
    await eventually(() => (slack.inChannel(channel)[0]?.edits ?? 0) > 0);

    expect(slack.inChannel(channel)).toHaveLength(1);
    expect(slack.inChannel(channel)[0]?.text).toContain('42 pods in 7 namespaces');
  });

  it('is edited at most every few seconds however often it changes', async () => {
    const incident = open('a');
    await changed('a');
    await eventually(idle);
    const postedAt = slack.calls.find(({ method }) => method === 'chat.postMessage')?.atMs ?? 0;

    for (let count = 2; count < 30; count += 1) {
      put({ ...incident, alerts: Array.from({ length: count }, (_, index) => alertOf(index)) });
      await changed('a');
    }
    await eventually(idle, 15_000);

    const edits = slack.calls.filter(({ method }) => method === 'chat.update');
    expect(edits).toHaveLength(1);
    expect((edits[0]?.atMs ?? 0) - postedAt).toBeGreaterThan(900);
    expect(slack.inChannel(channel)[0]?.text).toContain('29 pods');
  });

  it('begins with how long it took when it resolves', async () => {
    const incident = open('a', { firstSeen: '2026-11-21T10:03:00Z' });
    await changed('a');
    await eventually(idle);

    put({
      ...incident,
      status: 'resolved',
      resolvedAt: '2026-11-21T10:17:00Z',
      resolution: 'calico-node-x is Ready again since 10:16 UTC',
    });
    await changed('a');
    await eventually(() => (slack.inChannel(channel)[0]?.edits ?? 0) > 0);

    const text = 'Resolved after 14 min: calico-node-x is Ready again since 10:16 UTC';
    expect(slack.inChannel(channel)[0]?.text).toBe(text);
    expect(JSON.stringify(slack.inChannel(channel)[0]?.blocks[0])).toContain(`"text":"${text}\\n~Headline of a~"`);
  });

  it('gets the evidence of another cause into the same thread', async () => {
    const incident = open('a');
    await changed('a');
    await eventually(idle);

    const other = { ...(sampleDiagnoses['an overlap with a symptom'] as Diagnosis), id: 'other' };
    diagnoses.set(other.id, other);
    put({ ...incident, triage: other.id, headline: other.headline });
    await changed('a');
    await eventually(() => thread(slack.inChannel(channel)[0]?.ts).length === 2);

    expect(slack.inChannel(channel)).toHaveLength(1);
  });

  it('is posted anew when a person deleted its message', async () => {
    const incident = open('a');
    await changed('a');
    await eventually(idle);
    slack.remove(slack.inChannel(channel)[0]?.ts ?? '');

    put({ ...incident, headline: 'Another headline' });
    await changed('a');
    const [message] = await posted(1);

    expect(message?.text).toBe('Another headline');
  });
});

describe("Slack's rate", () => {
  it('is kept across workers, in the order in which incidents came', async () => {
    await using _second = startDeliveryWorker(options());
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await comeAndGetInLine(id);

    await eventually(async () => slack.messages.length === 10 && (await idle()), 20_000);

    expect(slack.inChannel(channel).map(({ text }) => text)).toEqual(ids.map((id) => `Headline of ${id}`));
    expect(slack.calls.filter(({ error }) => error !== null)).toEqual([]);
  });

  it('is waited for as long as a 429 says; nothing is lost and the order stays', async () => {
    slack.next('chat.postMessage', { kind: 'rate-limit', seconds: 2 });
    const ids = ['a', 'b', 'c'];
    for (const id of ids) await comeAndGetInLine(id);

    await eventually(async () => slack.messages.length === 6 && (await idle()), 20_000);

    const limited = slack.calls.find(({ error }) => error === 'ratelimited')?.atMs ?? 0;
    const next = slack.calls.find(({ error, atMs }) => error === null && atMs >= limited)?.atMs ?? 0;
    expect(next - limited).toBeGreaterThanOrEqual(1900);
    expect(slack.inChannel(channel).map(({ text }) => text)).toEqual(ids.map((id) => `Headline of ${id}`));
  });
});

describe('trouble', () => {
  it('of a server that answers 503 for a while delays the message only', async () => {
    open('a');
    slack.next('chat.postMessage', { kind: 'status', status: 503 });
    slack.next('chat.postMessage', { kind: 'refuse-connection' });

    await changed('a');

    const [message] = await posted(1, 15_000);

    expect(message?.text).toBe('Headline of a');
  });

  it('with one channel is said once and leaves the others alone', async () => {
    slack.addChannel({ id: 'C0ARCHIVE', name: 'old', archived: true });
    await restart({ channelsOf: () => ['C0ARCHIVE', channel] });
    open('a');
    open('b');

    await changed('a');
    await changed('b');
    await posted(2);
    await eventually(idle);

    const errors = said.filter(({ level }) => level === 'error');
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors[0])).toContain('is_archived');
    expect(JSON.stringify(errors[0])).not.toContain(slack.token);
  });

  it('with a channel is said again when it comes back after it was mended', async () => {
    const other = slack.addChannel({ id: 'C0OTHER01', name: 'other', member: false });
    await restart({ channelsOf: () => [other.id] });
    const tell = async (id: string): Promise<void> => {
      open(id);
      await changed(id);
      await eventually(idle);
    };

    await tell('a');
    other.member = true;
    await tell('b');
    other.member = false;
    await tell('c');

    expect(said.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      expect.stringMatching(/^error: Slack takes no messages/),
      expect.stringMatching(/^info: Slack takes messages for this channel again/),
      expect.stringMatching(/^error: Slack takes no messages/),
    ]);
  });

  it('with the token ends the delivery without a retry', async () => {
    slack.revokeToken();
    open('a');

    await changed('a');
    await eventually(async () => said.length > 0 && (await idle()));

    expect(JSON.stringify(said)).toContain('token_revoked');
    expect(slack.calls).toHaveLength(1);
  });

  it('with the blocks still brings the plain text', async () => {
    slack.next('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });
    open('a');

    await changed('a');
    const [message] = await posted(1);

    expect(message?.blocks).toEqual([]);
    expect(message?.text).toBe('Headline of a');
  });
});
