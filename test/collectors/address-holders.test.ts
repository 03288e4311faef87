import { describe, expect, it } from 'vitest';
import type { ClusterReader, ListQuery } from '../../src/cluster/reader.ts';
import { selector } from '../../src/cluster/selectors/select.ts';
import type { AnyObject } from '../../src/cluster/kinds.ts';
import type { Pod } from '../../src/cluster/wire.ts';
import { addressHolders } from '../../src/collectors/address-holders.ts';
import type { AddressHolders } from '../../src/collectors/address-holders.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import { Collection } from '../../src/collectors/collection.ts';
import type { Evidence } from '../../src/core/evidence.ts';

interface PodText {
  readonly name: string;
  readonly ips: readonly string[];
  readonly annotations?: Record<string, string>;
}

const aPod = ({ name, ips, annotations = {} }: PodText): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name, uid: name, annotations },
  spec: { containers: [], nodeName: 'worker-1' },
  status: { phase: 'Running', podIP: ips[0] ?? '', podIPs: ips.map((ip) => ({ ip })) },
});

/** A cluster of these pods and so many others. `whole`: what becomes of a list of all of them. */
function cluster(
  pods: readonly Pod[],
  options: { others?: number; whole?: () => Promise<void>; gone?: string } = {},
): ClusterReader & { asked: string[] } {
  const others = Array.from({ length: options.others ?? 0 }, (_, n) =>
    aPod({ name: `other-${n}`, ips: [`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`] }),
  );
  const all = [...pods, ...others];
  const asked: string[] = [];
  return {
    asked,
    source: 'live',
    name: 'test',
    now: () => new Date('2026-03-14T10:30:00Z'),
    get: async (_kind, { name }) =>
      name === options.gone && asked.length > 1 ? undefined : (all.find(({ metadata }) => metadata?.name === name) as never),
    list: async () => ({ items: [], truncated: false }),
    async collect(kind, query: ListQuery, pick) {
      asked.push(query.fieldSelector ?? 'all');
      if (query.fieldSelector === undefined) await options.whole?.();
      const isSelected = selector(kind, query);
      return { items: all.filter((one) => isSelected(one as AnyObject)).flatMap((one) => pick(one as never) ?? []), truncated: false };
    },
    logs: async () => undefined,
    close: async () => undefined,
  };
}

const never = (): Promise<never> => new Promise(() => undefined);

async function holdersOf(name: string, reader: ClusterReader, patienceMs = 10_000): Promise<AddressHolders> {
  const target = { kind: 'pod', namespace: 'shop', name, node: null, container: null } as const;
  const collection = new Collection({
    target,
    cluster: reader,
    view: new ClusterView({ maxAgeMs: 5000 }),
    signal: AbortSignal.timeout(5000),
    patienceMs,
  });
  const evidence = (await collection.collect([addressHolders]))['addressHolders'] as Evidence<AddressHolders>;
  if (evidence.status === 'missing') throw new Error(evidence.why);
  return evidence.value;
}

const web = aPod({ name: 'web', ips: ['10.244.1.9', 'fd00::9'] });
const names = ({ pods }: AddressHolders): readonly string[] => pods.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1));

describe('who holds a pod’s addresses', () => {
  it('is told by the list of all pods in a small cluster, by both families', async () => {
    const reader = cluster([web, aPod({ name: 'thief', ips: ['10.244.1.10', 'fd00:0::9'] })], { others: 20 });

    const holders = await holdersOf('web', reader);

    expect([names(holders), holders.compared, holders.unchecked, reader.asked]).toEqual([['thief', 'web'], 22, [], ['all']]);
  });

  it('is asked of the API server by the first address while the list of all pods is being read', async () => {
    const reader = cluster([web, aPod({ name: 'thief', ips: ['10.244.1.9'] })], { whole: never });

    const holders = await holdersOf('web', reader, 20);

    expect([names(holders), holders.compared, reader.asked]).toEqual([['thief', 'web'], null, ['all', 'status.podIP=10.244.1.9']]);
  });

  it('stays unchecked for the second address while the list of all pods is being read', async () => {
    const holders = await holdersOf('web', cluster([web, aPod({ name: 'thief', ips: ['10.244.1.10', 'fd00::9'] })], { whole: never }), 20);

    expect([names(holders), holders.unchecked]).toEqual([
      ['web'],
      [{ address: 'fd00::9', why: expect.stringContaining('still being read') }],
    ]);
  });

  it('in a large cluster is told by both: the server for the first address, the list for the second', async () => {
    const pods = [web, aPod({ name: 'thief', ips: ['10.244.1.9'] }), aPod({ name: 'late', ips: ['10.244.1.11', 'fd00::9'] })];
    const holders = await holdersOf('web', cluster(pods, { others: 5_000 }));

    expect([names(holders), holders.compared, holders.unchecked]).toEqual([['late', 'thief', 'web'], 5_003, []]);
  });

  it('believes a holder from a long list only when it is still there', async () => {
    const pods = [web, aPod({ name: 'late', ips: ['10.244.1.11', 'fd00::9'] })];

    expect(names(await holdersOf('web', cluster(pods, { others: 5_000, gone: 'late' })))).toEqual(['web']);
  });

  it('counts the addresses that the pod asks for', async () => {
    const asking = aPod({ name: 'asks', ips: [], annotations: { 'cni.projectcalico.org/ipAddrs': '["10.244.1.9"]' } });

    expect(names(await holdersOf('asks', cluster([web, asking])))).toEqual(['web']);
  });

  it('is nobody for a pod without an address', async () => {
    expect(await holdersOf('bare', cluster([web, aPod({ name: 'bare', ips: [] })]))).toEqual({ pods: [], compared: null, unchecked: [] });
  });
});
