import { describe, expect, it } from 'vitest';
import { type ClusterReader, ReadError, type UnreadableReason } from '../../src/cluster/reader.ts';
import { apiHealth } from '../../src/compose/api-health.ts';
import { claims } from '../../src/compose/claims.ts';
import { clusterRouting } from '../../src/compose/cluster-routing.ts';
import { slackButtons } from '../../src/compose/slack-buttons.ts';
import { slackRouting } from '../../src/compose/slack-routing.ts';
import { unconnectedCluster } from '../../src/compose/unconnected-cluster.ts';
import { parseMatchers } from '../../src/core/matchers.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';
import { keptLog } from '../support/log-lines.ts';
import { aRecord, memoryRequests } from '../support/memory-stores.ts';

describe('the cluster that an alert belongs to', () => {
  it.each([
    ['prod', ['stage'], {}, { kind: 'own' }],
    ['prod', ['stage'], { cluster: '' }, { kind: 'own' }],
    ['prod', ['stage'], { cluster: 'prod' }, { kind: 'own' }],
    ['prod', ['stage'], { cluster: 'stage' }, { kind: 'other', name: 'stage' }],
    ['prod', ['stage'], { cluster: 'test' }, { kind: 'elsewhere', name: 'test' }],
    ['prod', ['prod'], { cluster: 'prod' }, { kind: 'own' }],
    [null, ['stage'], { cluster: 'stage' }, { kind: 'other', name: 'stage' }],
    [null, ['stage'], { cluster: 'test' }, { kind: 'own' }],
    [null, [], {}, { kind: 'own' }],
  ] as const)('CLUSTER_NAME %s beside %j, labels %j', (...[own, others, labels, place]) => {
    expect(clusterRouting(own, others).placeOf(labels)).toEqual(place);
  });
});

describe('which alerts are taken', () => {
  const alert = (labels: Record<string, string>) => ({ ...aRecord().alert, alertname: labels['alertname'] ?? '', labels });

  it('those that a runbook claims, in a cluster that is diagnosed here; each other cluster is named in the log once', () => {
    const { logger, lines } = keptLog();
    const isOurs = claims({ mapping: { Ours: ['PodIPConflict'] }, clusterRouting: clusterRouting('prod', []), logger });
    expect(isOurs(alert({ alertname: 'KubePodNotReady' }))).toBe(true);
    expect(isOurs(alert({ alertname: 'Ours', cluster: 'prod' }))).toBe(true);
    expect(isOurs(alert({ alertname: 'Watchdog' }))).toBe(false);
    expect(isOurs(alert({ alertname: 'constructor' }))).toBe(false);
    for (let times = 0; times < 3; times += 1) expect(isOurs(alert({ alertname: 'Ours', cluster: 'stage' }))).toBe(false);
    expect(lines.map(({ level, cluster }) => [level, cluster])).toEqual([['warn', 'stage']]);
  });
});

describe('the Slack channel of an alert', () => {
  const route = (matchers: string, channel: string) => ({ matchers: parseMatchers(matchers), channel });
  const channelsOf = slackRouting(
    [route('severity="critical",namespace=~"shop.*"', '#shop'), route('severity="critical"', '#critical')],
    '#oncall',
  );

  it.each([
    [{ severity: 'critical', namespace: 'shop-eu' }, ['#shop']],
    [{ severity: 'critical', namespace: 'web' }, ['#critical']],
    [{ severity: 'warning' }, ['#oncall']],
  ])('%j goes to %j', (labels, channels) => {
    expect(channelsOf(labels as Record<string, string>)).toEqual(channels);
  });

  it('there is none where no route matches and no channel is set', () => {
    expect(slackRouting([], null)({})).toEqual([]);
  });
});

describe("the API server's health", () => {
  const reader = (outcome: UnreadableReason | 'answers', asked: { times: number }): ClusterReader => {
    const none = unconnectedCluster('x', 'not asked');
    return {
      ...none,
      async list() {
        asked.times += 1;
        if (outcome !== 'answers') throw new ReadError(outcome, 'secret words of the inside');
        return { items: [], truncated: false };
      },
    };
  };

  it.each<[UnreadableReason | 'answers', object]>([
    ['answers', { up: true }],
    ['forbidden', { up: true }],
    ['unauthorized', { up: false, why: 'unauthorized' }],
    ['unreachable', { up: false, why: 'unreachable' }],
    ['timeout', { up: false, why: 'timeout' }],
  ])('%s: %j', async (outcome, health) => {
    expect(await apiHealth(reader(outcome, { times: 0 }))()).toEqual(health);
  });

  it('is asked for once in five seconds, however many want to know', async () => {
    const asked = { times: 0 };
    let now = 0;
    const health = apiHealth(reader('answers', asked), () => now);
    await Promise.all([health(), health()]);
    now = 4999;
    await health();
    expect(asked.times).toBe(1);
    now = 5000;
    await health();
    expect(asked.times).toBe(2);
  });
});

describe('a cluster that there is no way to', () => {
  it('fails every read with the reason', async () => {
    const cluster = unconnectedCluster('here', 'no kubeconfig');
    await expect(cluster.get('Pod', { namespace: 'a', name: 'b' })).rejects.toMatchObject({
      reason: 'unreachable',
      message: 'no kubeconfig',
    });
    await expect(cluster.list('Pod')).rejects.toThrow('no kubeconfig');
  });
});

describe('the button that triages again', () => {
  const press = async (records: TriageRecord[], triage: string) => {
    const requests = memoryRequests([]);
    const unused = async (): Promise<never> => {
      throw new Error('not used here');
    };
    const get = async (id: string) => records.find((record) => record.id === id) ?? null;
    const stores = { triages: { get }, incidents: {}, alerts: {} } as never as Parameters<typeof slackButtons>[0];
    const { retriage } = slackButtons({ ...stores, requestTriage: requests.request, respond: unused });
    return { answer: await retriage(triage, 'asked by U1'), asked: requests.asked };
  };

  it('asks for the alert by its fingerprint', async () => {
    expect((await press([aRecord()], 't1')).asked).toEqual([{ fingerprint: 'eddcf139b04b3d1b', reason: 'asked by U1' }]);
  });

  it('asks by its labels where the alert is not known any more', async () => {
    const record = aRecord({ alert: { ...aRecord().alert, fingerprint: 'unknown' } });
    expect((await press([record], 't1')).asked.at(-1)).toEqual({ labels: record.alert.labels, reason: 'asked by U1' });
  });

  it('says so where the triage is not stored any more', async () => {
    expect(await press([], 't1')).toEqual({ answer: null, asked: [] });
  });
});
