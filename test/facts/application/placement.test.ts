import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../../src/cluster/wire.ts';
import { creationFindings } from '../../../src/facts/application/creation.ts';
import { byTime } from '../../../src/facts/events.ts';
import { aContainer, ago, anEvent, aNode, minutes, moment, pendingPod, seconds } from '../../support/objects.ts';
import { causesOf, theFinding } from './found.ts';

const said = (message: string, age = minutes(1)) => anEvent('FailedScheduling', message, { component: 'default-scheduler', age });
const master = aNode({ name: 'master-1', spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] } });
const worker = (name: string, changes: Parameters<typeof aNode>[0] = {}) => aNode({ ...changes, name });
const asking = (cpu: string, memory = '128Mi') =>
  pendingPod({ spec: { containers: [aContainer('web', { resources: { requests: { cpu, memory } } })] } });
const gpu = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
const affinity = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }],
    },
  },
};

describe('by the words of the scheduler alone', () => {
  it.each<[string, string, Pod?]>([
    [
      'insufficient-cpu',
      '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    ],
    ['insufficient-cpu', "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match node selector."],
    ['insufficient-cpu', 'No nodes are available that match all of the predicates: Insufficient cpu (3), PodToleratesNodeTaints (1).'],
    [
      'insufficient-memory',
      '0/4 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient memory.',
    ],
    ['insufficient-memory', '0/4 nodes are available: 1 Insufficient cpu, 3 Insufficient memory.'],
    ['insufficient-other', '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.'],
    ['insufficient-other', '0/3 nodes are available: 3 Insufficient ephemeral-storage.'],
    ['insufficient-other', "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports."],
    [
      'too-many-pods',
      '0/2 nodes are available: 1 Too many pods, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }',
    ],
    ['taint', "0/3 nodes are available: 3 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate."],
    [
      'taint',
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 2 node(s) had untolerated taint {dedicated: gpu}.',
    ],
    ['taint', '0/1 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }.'],
    [
      'node-selector',
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
      pendingPod({ spec: { containers: [], nodeSelector: { disk: 'ssd' } } }),
    ],
    [
      'node-affinity',
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
      pendingPod({ spec: { containers: [], affinity } }),
    ],
    ['node-affinity', "0/3 nodes are available: 3 node(s) didn't match node selector.", pendingPod({ spec: { containers: [], affinity } })],
    [
      'node-selector',
      "0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) didn't match Pod's node affinity/selector.",
    ],
    ['node-cordoned', '0/3 nodes are available: 3 node(s) were unschedulable.'],
    [
      'node-cordoned',
      '0/2 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 1 node(s) were unschedulable.',
    ],
    ['pod-anti-affinity', "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules."],
    ['pod-anti-affinity', "0/3 nodes are available: 1 Insufficient memory, 2 node(s) didn't satisfy existing pods anti-affinity rules."],
    [
      'pod-anti-affinity',
      "0/3 nodes are available: 3 node(s) didn't match pod affinity/anti-affinity, 3 node(s) didn't satisfy existing pods anti-affinity rules.",
    ],
    ['pod-affinity', "0/3 nodes are available: 3 node(s) didn't match pod affinity rules."],
    ['topology-spread', "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints."],
    ['topology-spread', "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints (missing required label)."],
    ['volume', '0/3 nodes are available: 3 node(s) had volume node affinity conflict.'],
    ['volume', '0/3 nodes are available: 1 Insufficient cpu, 2 node(s) exceed max volume count.'],
    ['no-nodes', 'no nodes available to schedule pods'],
    ['no-nodes', '0/0 nodes are available.'],
  ])('%s: %s', (detail, message, pod = pendingPod()) => {
    expect(causesOf({ pod, events: [said(message)] })).toEqual([`app-unschedulable/${detail} certain`]);
  });

  it('reads the condition of the pod, which outlives the event', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available: 2 Insufficient memory.' },
    ];
    expect(causesOf({ pod: pendingPod({ status: { conditions } }) })).toEqual(['app-unschedulable/insufficient-memory certain']);
  });

  it('listens to the scheduler rather than to the autoscaler', () => {
    const autoscaler = anEvent(
      'FailedScheduling',
      'Failed to schedule pod, incompatible with nodepool "default", no instance type satisfied resources {"cpu":"64"} and requirements',
      { component: 'karpenter', age: 0 },
    );
    expect(causesOf({ pod: pendingPod(), events: [said('0/3 nodes are available: 3 Insufficient memory.'), autoscaler] })).toEqual([
      'app-unschedulable/insufficient-memory certain',
    ]);
  });

  it.each([
    ['TriggeredScaleUp', 'pod triggered scale-up: [{pool-a 2->3 (max: 5)}]', 'the autoscaler is adding a node'],
    [
      'NotTriggerScaleUp',
      "pod didn't trigger scale-up: 1 max node group size reached",
      'the autoscaler adds none: "pod didn\'t trigger scale-up',
    ],
  ])('says what the autoscaler does: %s', (reason, message, expected) => {
    const events = [
      said('0/2 nodes are available: 2 Insufficient cpu.'),
      anEvent(reason, message, { component: 'cluster-autoscaler', age: 0 }),
    ];
    expect(theFinding({ pod: pendingPod(), events }).summary).toContain(expected);
  });

  it('is less certain of old words', () => {
    expect(causesOf({ pod: pendingPod(), events: [said('0/2 nodes are available: 2 Insufficient cpu.', minutes(50))] })).toEqual([
      'app-unschedulable/insufficient-cpu likely',
    ]);
  });

  it('is a hint where the nodes are not ready', () => {
    const message = '0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.';
    expect(causesOf({ pod: pendingPod(), events: [said(message)] })).toEqual(['app-unschedulable/taint possible']);
  });

  it.each([
    ['short of disk', '{node.kubernetes.io/disk-pressure: }'],
    ['short of disk', '{node.kubernetes.io/memory-pressure: }'],
    ['the cloud controller has not initialised', '{node.cloudprovider.kubernetes.io/uninitialized: true}'],
  ])('does not call a node unready that is %s: %s', (words, taint) => {
    const finding = theFinding({ pod: pendingPod(), events: [said(`0/3 nodes are available: 3 node(s) had untolerated taint ${taint}.`)] });
    expect(finding).toMatchObject({ detail: 'taint', confidence: 'certain' });
    expect(finding.title).toContain(words);
  });

  it('says of no more nodes than those that pass what comes before that their pods are shunned', () => {
    const message = "0/9 nodes are available: 1 node(s) didn't match pod anti-affinity rules, 8 node(s) had volume node affinity conflict.";
    expect(theFinding({ pod: pendingPod(), events: [said(message)] }).title).toContain('every eligible node');
  });
});

describe('by the nodes and the spec of the pod', () => {
  const mixed =
    "0/4 nodes are available: 1 node(s) were unschedulable, 1 node(s) had untolerated taint {dedicated: gpu}, 2 node(s) didn't match Pod's node affinity/selector.";

  it.each<[string, Pod, Node[]]>([
    // The pod wants the pool whose only node is cordoned.
    [
      'node-cordoned',
      pendingPod({ spec: { containers: [], nodeSelector: { pool: 'a' } } }),
      [
        worker('w1', {
          metadata: { labels: { pool: 'a' } },
          spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
        }),
        worker('w2'),
      ],
    ],
    // The pod wants the tainted pool and lacks the toleration.
    [
      'taint',
      pendingPod({ spec: { containers: [], nodeSelector: { pool: 'gpu' } } }),
      [worker('w1', { metadata: { labels: { pool: 'gpu' } }, spec: { taints: [gpu] } }), worker('w2'), worker('w3')],
    ],
    [
      'node-selector',
      pendingPod({ spec: { containers: [], nodeSelector: { disk: 'sdd' } } }),
      [master, worker('w1'), worker('w2', { spec: { taints: [gpu] } })],
    ],
    ['node-affinity', pendingPod({ spec: { containers: [], affinity } }), [master, worker('w1'), worker('w2')]],
    // It has both; the selector fits, the affinity does not.
    [
      'node-affinity',
      pendingPod({ spec: { containers: [], affinity, nodeSelector: { zone: 'a' } } }),
      [worker('w1', { metadata: { labels: { zone: 'a' } } })],
    ],
    [
      'node-selector',
      pendingPod({ spec: { containers: [], affinity, nodeSelector: { zone: 'a' } } }),
      [worker('w1', { metadata: { labels: { disk: 'ssd' } } })],
    ],
    ['taint', pendingPod(), [master]],
  ])('%s', (detail, pod, nodes) => {
    expect(causesOf({ pod, nodes, events: [said(mixed)] })).toEqual([`app-unschedulable/${detail} certain`]);
  });

  it('does not blame its labels where the node that it wants is in trouble', () => {
    const pod = pendingPod({ spec: { containers: [], nodeSelector: { zone: 'a' } } });
    const starting = { key: 'node.cilium.io/agent-not-ready', value: 'true', effect: 'NoExecute' };
    const nodes = [worker('w1', { metadata: { labels: { zone: 'a' } }, spec: { taints: [starting] } }), worker('w2'), worker('w3')];
    const words =
      "0/3 nodes are available: 1 node(s) had untolerated taint {node.cilium.io/agent-not-ready: true}, 2 node(s) didn't match Pod's node affinity/selector.";
    expect(causesOf({ pod, nodes, events: [said(words)] })).toEqual(['app-unschedulable/taint possible']);
  });

  it('takes the resources of the node whose labels fit', () => {
    const pod = pendingPod({ spec: { containers: [], nodeSelector: { disk: 'ssd' } } });
    const nodes = [worker('w1', { metadata: { labels: { disk: 'ssd' } } }), worker('w2'), worker('w3')];
    const events = [said("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match node selector.")];
    expect(causesOf({ pod, nodes, events })).toEqual(['app-unschedulable/insufficient-cpu certain']);
  });

  it.each([
    ["2 node(s) didn't match PersistentVolume's node affinity, 2 node(s) didn't match Pod's node affinity/selector", 'volume'],
    ["2 Insufficient memory, 2 node(s) didn't match Pod's node affinity/selector", 'insufficient-memory'],
  ])('believes the scheduler that some nodes have the labels which none of those that were read has: %s', (reasons, detail) => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: `0/4 nodes are available: ${reasons}.` },
    ];
    const pod = pendingPod({ spec: { containers: [], nodeSelector: { disk: 'ssd' } }, status: { conditions } });
    expect(causesOf({ pod, nodes: [worker('w1'), worker('w2')] })).toEqual([`app-unschedulable/${detail} likely`]);
  });

  it('says how much is asked and how much there is', () => {
    const events = [said('0/2 nodes are available: 2 Insufficient cpu.')];
    expect(theFinding({ pod: asking('64'), nodes: [worker('w1'), worker('w2')], events }).summary).toContain(
      'it asks for 64000m; the largest of these nodes has 4000m in all',
    );
  });

  it('calculates what is short where the scheduler only speaks of things that have changed', () => {
    const usage = [{ node: 'w1', pods: 20, cpuMillis: 1000, memoryBytes: 16 * 2 ** 30 }];
    expect(
      causesOf({
        pod: asking('1', '4Gi'),
        nodes: [worker('w1')],
        usage,
        events: [said('0/1 nodes are available: 1 node(s) were unschedulable.')],
      }),
    ).toEqual(['app-unschedulable/insufficient-memory likely']);
  });

  it('is certain that there is no node', () => {
    expect(causesOf({ pod: pendingPod(), nodes: [], events: [said('no nodes available to schedule pods')] })).toEqual([
      'app-unschedulable/no-nodes certain',
    ]);
  });
});

describe('a scheduler that is silent', () => {
  const unseen = (age: number, schedulerName?: string) =>
    pendingPod({
      metadata: { creationTimestamp: ago(age) },
      spec: { containers: [aContainer('web')], ...(schedulerName && { schedulerName }) },
      status: { conditions: [] },
    });

  it('is certain where it has never looked at the pod', () => {
    const finding = theFinding({ pod: unseen(minutes(15), 'volcano'), events: [] });
    expect(finding).toMatchObject({ cause: 'app-unschedulable', detail: 'scheduler-silent', confidence: 'certain' });
    expect(finding.title).toContain('it asks for the scheduler volcano');
  });

  it('is likely where the events could not be read', () => {
    expect(causesOf({ pod: unseen(minutes(15)) })).toEqual(['app-unschedulable/scheduler-silent likely']);
  });

  it('is not blamed for a pod of a minute', () => {
    expect(causesOf({ pod: unseen(seconds(50)), events: [] })).toEqual([]);
  });

  it('is not blamed where it has looked and its event has expired', () => {
    expect(causesOf({ pod: pendingPod(), events: [] })).toEqual([]);
  });

  it('passes over a pod with a gate', () => {
    const conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
    expect(
      causesOf({
        pod: pendingPod({ spec: { containers: [], schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }] }, status: { conditions } }),
      }),
    ).toEqual(['app-unschedulable/scheduling-gated certain']);
  });
});

describe('a pod that has a node', () => {
  it('is not unschedulable, whatever was said before', () => {
    const pod = { ...pendingPod(), spec: { containers: [aContainer('web')], nodeName: 'worker-1' } };
    expect(causesOf({ pod, events: [said('0/2 nodes are available: 2 Insufficient cpu.', minutes(3))] })).toEqual([]);
  });
});

describe('pods that cannot even be created', () => {
  const workload = { kind: 'ReplicaSet', namespace: 'shop', name: 'checkout-7d4f9c' };
  const refused = (message: string, age = minutes(1)) =>
    anEvent('FailedCreate', message, { age, about: { kind: 'ReplicaSet', name: 'checkout-7d4f9c', namespace: 'shop' } });

  it.each([
    [
      'app-unschedulable',
      'quota-exceeded',
      'Error creating: pods "checkout-7d4f9c-x" is forbidden: exceeded quota: compute, requested: cpu=1, used: cpu=4, limited: cpu=4',
    ],
    [
      'app-unschedulable',
      'quota-exceeded',
      'Error creating: pods "checkout-7d4f9c-x" is forbidden: failed quota: compute: must specify limits.cpu for: web',
    ],
    [
      'app-config-missing',
      'service-account',
      'Error creating: pods "checkout-7d4f9c-" is forbidden: error looking up service account shop/checkout: serviceaccount "checkout" not found',
    ],
    [
      'app-unschedulable',
      'admission-denied',
      'Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged',
    ],
    [
      'app-unschedulable',
      'admission-webhook',
      'Error creating: Internal error occurred: failed calling webhook "sidecar-injector.istio.io": context deadline exceeded',
    ],
  ])('%s/%s: %s', (cause, detail, message) => {
    expect(creationFindings(workload, byTime([refused(message)]), moment)).toMatchObject([
      { cause, detail, confidence: 'certain', subject: workload },
    ]);
  });

  it('are forgotten once one was created', () => {
    const created = anEvent('SuccessfulCreate', 'Created pod: checkout-7d4f9c-y', { age: seconds(10), type: 'Normal' });
    expect(creationFindings(workload, byTime([refused('exceeded quota: compute'), created]), moment)).toEqual([]);
  });
});
