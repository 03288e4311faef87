import { describe, expect, it } from 'vitest';
import type { NodeSelectorTerm } from '../../src/cluster/wire.ts';
import { byTime } from '../../src/facts/events.ts';
import {
  matchesNodeAffinity,
  matchesNodeSelector,
  matchesTerm,
  nodeOutage,
  recentlyRebooted,
  tolerates,
  untoleratedTaints,
} from '../../src/facts/nodes.ts';
import { ago, anEvent, aNode, aPod, minutes, moment } from '../support/objects.ts';

const ready = (status: 'True' | 'False' | 'Unknown', reason: string, message: string) =>
  aNode({ conditions: [{ type: 'Ready', status, reason, message, lastTransitionTime: ago(minutes(9)) }] });

describe('nodeOutage', () => {
  it.each([
    ['kubelet-silent', ready('Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.')],
    ['runtime-down', ready('False', 'KubeletNotReady', 'container runtime is down')],
    [
      'runtime-down',
      ready(
        'False',
        'KubeletNotReady',
        '[container runtime status check may not have completed yet, PLEG is not healthy: pleg was last seen active 5m12s ago]',
      ),
    ],
    ['kubelet-not-ready', ready('False', 'KubeletNotReady', 'node is shutting down')],
    [
      'network-unavailable',
      ready(
        'False',
        'KubeletNotReady',
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
      ),
    ],
    ['network-unavailable', aNode({ conditions: [{ type: 'NetworkUnavailable', status: 'True', reason: 'NoRouteCreated' }] })],
  ])('is %s', (detail, node) => {
    expect(nodeOutage(node)?.detail).toBe(detail);
  });

  it('asks Ready before a NetworkUnavailable that nobody has taken away', () => {
    const node = aNode({
      conditions: [
        { type: 'Ready', status: 'Unknown' },
        { type: 'NetworkUnavailable', status: 'True' },
      ],
    });
    expect(nodeOutage(node)?.detail).toBe('kubelet-silent');
  });

  it('is undefined for a healthy node, also under pressure', () => {
    const node = aNode({ conditions: [{ type: 'MemoryPressure', status: 'True' }] });
    expect([nodeOutage(aNode()), nodeOutage(node)]).toEqual([undefined, undefined]);
  });
});

describe('a reboot', () => {
  it('is fresh within the window that is asked for', () => {
    const events = byTime([
      anEvent('Rebooted', 'Node worker-1 has been rebooted', { age: minutes(8), about: { kind: 'Node', name: 'worker-1' } }),
    ]);
    expect([recentlyRebooted(events, moment, minutes(10)), recentlyRebooted(events, moment, minutes(5))]).toEqual([true, false]);
  });
});

describe('taints', () => {
  const taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };

  it.each([
    ['the same value', { key: 'dedicated', value: 'gpu' }, true],
    ['any value of the key', { key: 'dedicated', operator: 'Exists' }, true],
    ['everything', { operator: 'Exists' }, true],
    ['another value', { key: 'dedicated', value: 'cpu' }, false],
    ['another effect', { key: 'dedicated', value: 'gpu', effect: 'NoExecute' }, false],
    ['another key', { key: 'pool', operator: 'Exists' }, false],
  ])('are judged against a toleration of %s', (_what, toleration, expected) => {
    expect(tolerates(toleration, taint)).toBe(expected);
  });

  it('that only prefer keep nobody off', () => {
    const node = aNode({ spec: { taints: [taint, { key: 'slow', effect: 'PreferNoSchedule' }] } });
    expect(untoleratedTaints(aPod(), node)).toEqual([taint]);
  });
});

describe('placement', () => {
  const node = aNode({ metadata: { labels: { zone: 'a', cores: '8' } } });
  const term = (key: string, operator: string, ...values: string[]): NodeSelectorTerm => ({
    matchExpressions: [{ key, operator, values }],
  });

  it.each([
    [term('zone', 'In', 'a', 'b'), true],
    [term('zone', 'In', 'b'), false],
    [term('zone', 'NotIn', 'b'), true],
    [term('gpu', 'NotIn', 'b'), true],
    [term('zone', 'Exists'), true],
    [term('gpu', 'DoesNotExist'), true],
    [term('cores', 'Gt', '4'), true],
    [term('cores', 'Lt', '4'), false],
    [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['worker-1'] }] }, true],
    [{}, false],
  ] satisfies [NodeSelectorTerm, boolean][])('evaluates %j', (one, expected) => {
    expect(matchesTerm(node, one)).toBe(expected);
  });

  it('needs every label of a selector, and any term of an affinity', () => {
    const nodeSelectorTerms = [term('zone', 'In', 'b'), term('zone', 'In', 'a')];
    const pod = aPod({ spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } } });
    expect([
      matchesNodeSelector(node, { zone: 'a', cores: '4' }),
      matchesNodeSelector(node, undefined),
      matchesNodeAffinity(node, pod),
      matchesNodeAffinity(node, aPod()),
    ]).toEqual([false, true, true, true]);
  });
});
