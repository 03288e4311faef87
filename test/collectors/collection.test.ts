import { describe, expect, it } from 'vitest';
import { ReadError } from '../../src/cluster/reader.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import { Collection } from '../../src/collectors/collection.ts';
import { collector, EvidenceMissing } from '../../src/collectors/collector.ts';
import type { Collecting, Collector } from '../../src/collectors/collector.ts';

const noCluster: ClusterReader = {
  source: 'live',
  name: 'none',
  now: () => new Date('2026-03-14T10:30:00Z'),
  get: () => Promise.resolve(undefined),
  list: () => Promise.resolve({ items: [], truncated: false }),
  collect: () => Promise.resolve({ items: [], truncated: false }),
  logs: () => Promise.resolve(undefined),
  close: () => Promise.resolve(),
};

function reads<const N extends string, V>(
  name: N,
  collect: (collecting: Collecting) => Promise<V>,
  scope: 'target' | 'cluster' = 'target',
): Collector<N, V> {
  return collector({ name, what: `the ${name}`, shows: [], scope, permissions: [], command: () => `show ${name}`, collect });
}

function collection(options: { signal?: AbortSignal; view?: ClusterView } = {}): Collection {
  const { signal = new AbortController().signal, view = new ClusterView({ maxAgeMs: 1000 }) } = options;
  return new Collection({ target: { kind: 'cluster' }, cluster: noCluster, view, signal });
}

describe('a collection', () => {
  it('performs each collector once however many ask for it', async () => {
    let count = 0;
    const shared = reads('shared', () => Promise.resolve((count += 1)));
    const first = reads('first', async ({ read }) => (await read(shared)) + 10);
    const second = reads('second', async ({ read }) => (await read(shared)) + 20);

    const recording = await collection().collect([first, second, shared]);

    expect(Object.entries(recording).map(([name, it]) => [name, it.status === 'collected' && it.value])).toEqual([
      ['first', 11],
      ['second', 21],
      ['shared', 1],
    ]);
  });

  it.each([
    ['forbidden', new ReadError('forbidden', 'pods are forbidden'), 'pods are forbidden'],
    ['manual', new EvidenceMissing('manual', 'a person has to look'), 'a person has to look'],
    ['failed', new Error('a fault of ours'), 'a fault of ours'],
    ['timeout', new DOMException('aborted', 'AbortError'), 'it did not answer in time'],
  ])('turns an error into missing evidence with the reason %s', async (reason, error, why) => {
    const { broken } = await collection().collect([reads('broken', () => Promise.reject(error))]);

    expect(broken).toMatchObject({ status: 'missing', reason, why, command: 'show broken' });
  });

  it('says of what depends on missing evidence what it needs', async () => {
    const first = reads('first', () => Promise.reject(new ReadError('forbidden', 'no')));
    const second = reads('second', ({ read }) => read(first));

    expect((await collection().collect([second]))['second']).toMatchObject({
      status: 'missing',
      reason: 'forbidden',
      why: 'needs the first: no',
    });
  });

  it('ends by its deadline with what it has', async () => {
    const deadline = new AbortController();
    const quick = reads('quick', () => Promise.resolve('here'));
    const slow = reads('slow', () => new Promise<string>(() => undefined));
    const recording = collection({ signal: deadline.signal }).collect([quick, slow]);
    deadline.abort();

    expect(await recording).toMatchObject({ slow: { status: 'missing', reason: 'timeout' } });
  });

  it('masks credentials before anybody sees them', async () => {
    const { log } = await collection().collect([
      reads('log', () => Promise.resolve({ text: 'Authorization: Bearer abcdefghijklmnop.qrstuvwxyz012345' })),
    ]);

    expect(JSON.stringify(log)).not.toContain('abcdefghijklmnop');
  });

  it('dates what another triage has read by that read, and reads it again for an alert that began since', async () => {
    let passed = 0;
    const start = Date.parse('2026-03-14T10:30:00Z');
    const cluster = { ...noCluster, now: () => new Date(start + passed) };
    const view = new ClusterView({ maxAgeMs: 30_000, clock: () => start + passed });
    const nodes = reads('nodes', () => Promise.resolve(passed), 'cluster');
    const collectedAfter = async (ms: number, since: number): Promise<unknown> => {
      passed = ms;
      const { signal } = new AbortController();
      const options = { target: { kind: 'cluster' }, cluster, view, signal, since: start + since } as const;
      return (await new Collection(options).collect([nodes]))['nodes'];
    };

    expect(await collectedAfter(0, -60_000)).toMatchObject({ value: 0, collectedAt: '2026-03-14T10:30:00.000Z' });
    expect(await collectedAfter(20_000, -60_000)).toMatchObject({ value: 0, collectedAt: '2026-03-14T10:30:00.000Z' });
    expect(await collectedAfter(21_000, 20_500)).toMatchObject({ value: 21_000, collectedAt: '2026-03-14T10:30:21.000Z' });
  });

  it('says what was cut', async () => {
    const cut = reads('cut', ({ cut: say }) => {
      say('the first 10 of 20');
      return Promise.resolve([]);
    });

    expect((await collection().collect([cut]))['cut']).toMatchObject({ truncated: 'the first 10 of 20' });
  });
});
