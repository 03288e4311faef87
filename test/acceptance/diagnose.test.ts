import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/cluster/wire.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { alertFor } from '../incidents/support/alert-for.ts';
import { diagnoseCluster } from '../incidents/support/diagnose-cluster.ts';
import { writeSnapshot } from '../incidents/support/snapshot-layouts.ts';
import { TestCluster } from '../incidents/support/test-cluster.ts';
import { crashLoops } from '../incidents/support/troubles.ts';
import { diagnose, printed } from './diagnose-command.ts';
import type { CommandRun } from './diagnose-command.ts';
import { diagnosisFaults } from './diagnosis-faults.ts';

let directory = '';
let crashing: Pod;
let sound: Pod;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'diagnose-'));
  const cluster = new TestCluster({ plugins: ['flannel'] });
  sound = cluster.runningPod('shop', 'cart', 'worker-1');
  crashing = cluster.runningPod('shop', 'checkout', 'worker-2');
  crashLoops(cluster, crashing, { exitCode: 1, log: ['fatal: cannot parse DATABASE_URL: missing scheme'] });
  await writeSnapshot(cluster, directory);
});
afterAll(async () => rm(directory, { recursive: true }));

const nameOf = (pod: Pod): string => pod.metadata?.name ?? '';

const about = (pod: string, changes: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'KubePodNotReady', namespace: 'shop', pod },
  annotations: { summary: 'not Ready' },
  startsAt: '2026-03-14T10:27:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: '798e7d059db24feb',
  ...changes,
});
const webhook = (...alerts: object[]): string => JSON.stringify({ version: '4', status: 'firing', receiver: 'triage', alerts });

/** Diagnoses what a file says, in the snapshot. */
const fromFile = async (text: string, file = 'alert.json'): Promise<CommandRun> =>
  diagnose(['--snapshot', directory, '--alert', file, '--output', 'json'], { [file]: text });

const named = async (...args: string[]): Promise<Diagnosis> => {
  const ran = await diagnose(['--snapshot', directory, ...args, '--output', 'json']);
  expect([ran.status, ran.err]).toEqual([0, '']);
  expect(diagnosisFaults(printed(ran))).toEqual([]);
  return printed(ran);
};

describe('what --alert may hold', () => {
  it('a webhook body with one alert gives the diagnosis itself', async () => {
    const ran = await fromFile(webhook(about(nameOf(crashing))));
    expect([ran.status, ran.err]).toEqual([0, '']);
    expect(printed(ran)).toMatchObject({
      schema: 'podnet-triage/diagnosis/v1',
      alert: { fingerprint: '798e7d059db24feb', startsAt: '2026-03-14T10:27:00Z', annotations: { summary: 'not Ready' } },
      outcome: 'root-cause',
      rootCause: { id: 'app-crash-looping', detail: 'exit-code' },
    });
  });

  it('a body with several gives an array in the same order', async () => {
    const ran = await fromFile(webhook(about(nameOf(sound)), about(nameOf(crashing)), about('gone-7d4f9c6b5-x2x8p')));
    const outcomes = (JSON.parse(ran.out) as Diagnosis[]).map(({ target, outcome }) => [target.name, outcome]);
    expect(outcomes).toEqual([
      [nameOf(sound), 'recovered'],
      [nameOf(crashing), 'root-cause'],
      ['gone-7d4f9c6b5-x2x8p', 'target-gone'],
    ]);
  });

  it.each(['alert.json', '-'])('one alert object, from %s', async (file) => {
    expect(printed(await fromFile(JSON.stringify(about(nameOf(crashing))), file)).outcome).toBe('root-cause');
  });

  it('a resolved alert is triaged like a firing one', async () => {
    const resolved = about(nameOf(crashing), { status: 'resolved', endsAt: '2026-03-14T10:29:00Z' });
    expect(printed(await fromFile(webhook(resolved)))).toMatchObject({ alert: { status: 'resolved' }, outcome: 'root-cause' });
  });

  it('an alert that no runbook claims is told with those that are claimed, and nothing is printed', async () => {
    const { status, out, err } = await fromFile(webhook(about('x', { labels: { alertname: 'Watchdog' } })));
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/Watchdog.*KubeNetworkPluginError.*KubePodNotReady/);
  });

  it('beside others such an alert does not keep them from their diagnoses, and still ends with status 1', async () => {
    const watchdog = about('x', { labels: { alertname: 'Watchdog' } });
    const { status, out, err } = await fromFile(webhook(watchdog, about(nameOf(crashing)), watchdog));
    expect((JSON.parse(out) as Diagnosis[]).map(({ outcome }) => outcome)).toEqual(['root-cause']);
    expect(status).toBe(1);
    expect(err).toMatch(/^podnet-triage: .*"Watchdog".*KubeNetworkPluginError, KubePodNotReady\n$/);
  });

  it('a label that is empty is none', async () => {
    const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: nameOf(crashing), cluster: '' };
    expect(printed(await fromFile(JSON.stringify(about('', { labels })))).target.cluster).toBeNull();
  });

  it('annotations that are null are none', async () => {
    expect(printed(await fromFile(JSON.stringify(about(nameOf(crashing), { annotations: null })))).alert.annotations).toEqual({});
  });

  it.each([
    ['no JSON, over several lines', 'alertname: x\nlabels:\n  a: b\n'],
    ['nothing', ''],
    ['no alerts', webhook()],
    ['an alert without labels', '{"status":"firing"}'],
    ['a label that is no text', '{"labels":{"alertname":"KubePodNotReady","namespace":1}}'],
    ['a list of numbers', '[1,2]'],
    ['null', 'null'],
  ])('%s is told in one line with the file', async (_what, text) => {
    const { status, out, err } = await fromFile(text);
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/^podnet-triage: .*alert\.json.*\n$/);
  });

  it('a file that is not there is told in one line', async () => {
    const { status, out, err } = await diagnose(['--snapshot', directory, '--alert', 'missing.json']);
    expect([status, out, err.trim().split('\n').length]).toEqual([1, '', 1]);
  });
});

describe('what --alertname may name', () => {
  it('a pod; nobody says then which alert it was and since when', async () => {
    const { alert, target } = await named('--alertname', 'KubePodNotReady', '--namespace', 'shop', '--pod', nameOf(crashing));
    expect(alert).toMatchObject({ alertname: 'KubePodNotReady', fingerprint: null, startsAt: null, status: 'firing' });
    expect(target).toMatchObject({ kind: 'pod', namespace: 'shop', name: nameOf(crashing), node: 'worker-2' });
  });

  it('a node, by name or address', async () => {
    const byName = await named('--alertname', 'KubeNetworkPluginError', '--node', 'worker-1');
    expect(byName.target).toEqual({ kind: 'node', cluster: null, namespace: null, name: 'worker-1', node: 'worker-1' });
    const address = '192.0.2.11';
    expect((await named('--alertname', 'KubeNetworkPluginError', '--node', address)).target.name).toBe('worker-1');
  });

  it('a namespace, whose worst pod is looked at', async () => {
    const { target, rootCause } = await named('--alertname', 'KubePodNotReady', '--namespace', 'shop');
    expect(target).toMatchObject({ kind: 'namespace', namespace: 'shop', name: 'shop' });
    expect(rootCause).toMatchObject({ id: 'app-crash-looping', subject: { namespace: 'shop', name: expect.stringMatching(/^checkout/) } });
  });

  it('nothing: then it is the whole cluster', async () => {
    const { target } = await named('--alertname', 'KubeNetworkPluginError');
    expect(target).toMatchObject({ kind: 'cluster', namespace: null, name: null });
  });
});

describe('what is there no more', () => {
  it('a node is said to be gone, with proof', async () => {
    const { outcome, headline, evidence, rootCause } = await named('--alertname', 'KubeNetworkPluginError', '--node', 'worker-9');
    expect([outcome, rootCause]).toEqual(['target-gone', null]);
    expect(headline).toContain('worker-9');
    expect(evidence.map(({ source, text }) => [source.kind, text])).toContainEqual(['Node', 'nodes "worker-9" not found']);
  });

  it('a pod is said to be gone, with its owner’s present pods', async () => {
    const former = nameOf(sound).replace(/.{5}$/, 'zzzzz');
    const { outcome, headline, evidence } = await named('--alertname', 'KubePodNotReady', '--namespace', 'shop', '--pod', former);
    expect(outcome).toBe('target-gone');
    expect(headline).toContain(nameOf(sound));
    expect(evidence.map(({ source }) => source.name)).toEqual(expect.arrayContaining([former, nameOf(sound)]));
  });

  it('a pod whose owner’s present pod is in trouble is not called gone', async () => {
    const former = nameOf(crashing).replace(/.{5}$/, 'zzzzz');
    const { outcome, rootCause } = await named('--alertname', 'KubePodNotReady', '--namespace', 'shop', '--pod', former);
    expect([outcome, rootCause?.id]).toEqual(['root-cause', 'app-crash-looping']);
  });
});

describe('wrong usage', () => {
  it.each([
    [[]],
    [['--alertname', 'KubePodNotReady', '--alert', 'x.json']],
    [['--alertname', 'KubePodNotReady', '--pod', 'x']],
    [['--alertname', 'KubePodNotReady', '--namespace', '../x', '--pod', 'x']],
    [['--alertname', 'KubePodNotReady', '--namespace', 'shop', '--pod', 'X Y']],
    [['--alert', 'x.json', '--node', 'worker-1']],
    [['--alertname', 'KubePodNotReady', '--output', 'xml']],
    [['--alertname', 'KubePodNotReady', '--snapshot', 'a', '--context', 'b']],
    [['--alertname', 'KubePodNotReady', '--timeout', '0']],
    [['--alertname', 'KubePodNotReady', '--timeout', '3000000']],
    [['--nonsense']],
    [['surplus']],
  ])('%j is exit status 2, and nothing is printed', async (args) => {
    const { status, out, err } = await diagnose(args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: /);
  });
});

describe('what is hit', () => {
  const service = (name: string, spec: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', creationTimestamp: '2026-03-01T00:00:00Z' },
    spec,
  });

  it('are the Services that select a pod without address, though no EndpointSlice can carry it', async () => {
    const cluster = new TestCluster({ plugins: ['flannel'] });
    const stuck = cluster.waitingPod('shop', 'billing', 'worker-2');
    cluster.add(service('billing', { selector: { app: 'billing' }, ports: [{ port: 80 }] }));
    cluster.add(service('other', { selector: { app: 'other' } }));
    cluster.add(service('by-hand', { ports: [{ port: 80 }] }));
    cluster.add(service('elsewhere', { type: 'ExternalName', externalName: 'billing.example.com', selector: { app: 'billing' } }));
    const { diagnosis } = await diagnoseCluster(cluster, alertFor('KubePodNotReady', stuck));
    expect(diagnosis.impact).toMatchObject({ pods: 1, nodes: 1, namespaces: ['shop'], services: ['shop/billing'] });
  });
});
