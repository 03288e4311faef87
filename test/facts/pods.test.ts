import { describe, expect, it } from 'vitest';
import {
  containerStatuses,
  isReady,
  lastTermination,
  ownerOf,
  podAge,
  readySince,
  restartedWithin,
  sandboxMissing,
} from '../../src/facts/pods.ts';
import type { PodContainer } from '../../src/facts/pods.ts';
import {
  aContainer,
  ago,
  anEnd,
  aPod,
  crashing,
  hours,
  minutes,
  moment,
  notReadyPod,
  podConditions,
  running,
  seconds,
  waiting,
} from '../support/objects.ts';

const only = (status: PodContainer['status']): PodContainer => ({ name: 'web', role: 'main', spec: undefined, status });

describe('a pod', () => {
  it('is Ready since its condition says so', () => {
    const pod = aPod({ status: { conditions: podConditions({ ready: true, since: ago(minutes(3)) }) } });
    expect([isReady(pod), readySince(pod)]).toEqual([true, ago(minutes(3))]);
  });

  it('is not Ready without the condition', () => {
    expect(isReady(aPod({ status: { conditions: [] } }))).toBe(false);
  });

  it('has the age of its creation', () => {
    expect(podAge(aPod(), moment)).toBe(hours(2));
  });
});

describe('containerStatuses', () => {
  it('tells init containers, sidecars, main and ephemeral containers apart, each with its spec', () => {
    const pod = aPod({
      spec: {
        initContainers: [aContainer('migrate'), aContainer('proxy', { restartPolicy: 'Always' })],
        containers: [aContainer('web')],
        ephemeralContainers: [{ name: 'debugger' }],
      },
      status: { initContainerStatuses: [waiting('migrate', 'PodInitializing')], containerStatuses: [running('web'), running('stray')] },
    });
    const seen = containerStatuses(pod).map(({ name, role, spec, status }) => [name, role, spec !== undefined, status !== undefined]);
    expect(seen).toEqual([
      ['migrate', 'init', true, true],
      ['proxy', 'sidecar', true, false],
      ['web', 'main', true, true],
      ['stray', 'main', false, true],
      ['debugger', 'ephemeral', true, false],
    ]);
  });
});

describe('lastTermination', () => {
  it('is the present end before the one before', () => {
    const status = { ...crashing('web', anEnd(1)), state: { terminated: anEnd(137) } };
    expect(lastTermination(only(status))).toMatchObject({ present: true, terminated: { exitCode: 137 } });
  });

  it('is the end before the present run', () => {
    expect(lastTermination(only(crashing('web', anEnd(1))))).toMatchObject({ present: false, terminated: { exitCode: 1 } });
  });

  it('is undefined for a container that never ended', () => {
    expect(lastTermination(only(running('web')))).toBeUndefined();
  });

  it.each([
    ['two minutes ago', anEnd(1), true],
    ['last month', anEnd(1, 'Error', { finishedAt: ago(hours(720)) }), false],
  ])('counts an end %s as a restart within ten minutes: %s', (_when, end, expected) => {
    expect(restartedWithin(only(crashing('web', end)), moment, minutes(10))).toBe(expected);
  });
});

describe('sandboxMissing', () => {
  const without = (since: string) =>
    notReadyPod([waiting('web', 'ContainerCreating')], {
      status: { phase: 'Pending', conditions: [{ type: 'PodReadyToStartContainers', status: 'False', lastTransitionTime: since }] },
    });

  it('is true for a scheduled pod that has had no sandbox for more than a minute', () => {
    expect(sandboxMissing(without(ago(minutes(4))), moment)).toBe(true);
  });

  it('gives a pod a minute to start', () => {
    expect(sandboxMissing(without(ago(seconds(30))), moment)).toBe(false);
  });

  it('is false once sandbox and network are there', () => {
    expect(sandboxMissing(aPod(), moment)).toBe(false);
  });

  it('is unknown where older clusters do not write the condition', () => {
    expect(sandboxMissing(aPod({ status: { conditions: [] } }), moment)).toBeUndefined();
  });
});

describe('ownerOf', () => {
  const owned = (kind: string, name: string, labels: Record<string, string> = {}) =>
    ownerOf(aPod({ metadata: { labels, ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true }] } }));

  it.each([
    { kind: 'ReplicaSet', name: 'checkout-7d4f9c', labels: { 'pod-template-hash': '7d4f9c' }, expected: 'Deployment checkout' },
    { kind: 'ReplicaSet', name: 'checkout-7d4f9c8b6', labels: {}, expected: 'Deployment checkout' },
    { kind: 'ReplicaSet', name: 'checkout', labels: {}, expected: 'ReplicaSet checkout' },
    { kind: 'StatefulSet', name: 'db', labels: {}, expected: 'StatefulSet db' },
    { kind: 'DaemonSet', name: 'agent', labels: {}, expected: 'DaemonSet agent' },
    { kind: 'Job', name: 'import-28', labels: {}, expected: 'Job import-28' },
  ])('of a pod of $kind $name is $expected', ({ kind, name, labels, expected }) => {
    const owner = owned(kind, name, labels);
    expect(`${owner?.kind} ${owner?.name}`).toBe(expected);
    expect(owner?.namespace).toBe('shop');
  });

  it('is undefined for a pod of its own', () => {
    expect(ownerOf(aPod({ metadata: { ownerReferences: [] } }))).toBeUndefined();
  });

  it('is the node for a static pod', () => {
    const pod = aPod({ metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'master-1', uid: 'u', controller: true }] } });
    expect(ownerOf(pod)).toEqual({ kind: 'Node', namespace: '', name: 'master-1' });
  });
});
