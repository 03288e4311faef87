import { describe, expect, it, test } from 'vitest';
import type { DiagnosedCause, Diagnosis, EvidenceItem } from '../../src/core/diagnosis.ts';
import type { Recording } from '../../src/core/evidence.ts';
import type { Subject } from '../../src/core/verdict.ts';
import { resolvedSentence } from '../../src/workers/resolved-sentence.ts';
import { cannedDiagnosis } from '../support/canned-diagnosis.ts';
import { aNode, aPod, notReadyPod, podConditions, waiting } from '../support/objects.ts';

// The canned diagnosis was made at 10:30; the alert ends at 10:44.
const endedAt = '2026-03-14T10:44:00Z';
const labels = { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'checkout-7d4f9c-x2x1z' };
const alert = {
  alertname: 'KubePodNotReady',
  fingerprint: 'f',
  status: 'firing',
  startsAt: null,
  endsAt: null,
  labels,
  annotations: {},
  generatorUrl: '',
} as const;
const calicoNode: Subject = { kind: 'Pod', namespace: 'kube-system', name: 'calico-node-x2x1z' };
const worker: Subject = { kind: 'Node', namespace: null, name: 'worker-1' };

function cause(id: DiagnosedCause['id'], subject: Subject, changes: Partial<DiagnosedCause> = {}): DiagnosedCause {
  return {
    id,
    detail: null,
    title: `${subject.name} is at fault`,
    confidence: 'certain',
    subject,
    summary: '',
    evidence: ['e1'],
    ...changes,
  };
}

/** An exhibit; events are those of the alert's pod unless said otherwise. */
function shown(kind: string, at: string | null = null, name = labels.pod): EvidenceItem {
  return { id: 'e1', source: { kind, namespace: 'shop', name, container: null, field: null }, at, text: '' };
}

const diagnosed = (rootCause: DiagnosedCause | null, changes: Partial<Diagnosis> = {}): Diagnosis =>
  cannedDiagnosis(alert, {
    rootCause,
    target: { kind: 'pod', cluster: null, namespace: 'shop', name: labels.pod, node: 'worker-1' },
    ...changes,
  });

const agent = (changes: object = {}): object => ({
  plugin: 'calico',
  part: 'agent',
  workload: 'calico-node',
  namespace: 'kube-system',
  name: calicoNode.name,
  node: 'worker-1',
  ready: true,
  readyChangedAt: '2026-03-14T10:41:20Z',
  terminating: false,
  containers: [],
  ...changes,
});

function recorded(values: Record<string, unknown>): Recording {
  const one = (value: unknown) =>
    ({ status: 'collected', value, command: '', collectedAt: endedAt, truncated: null, durationMs: 1 }) as const;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, one(value)]));
}

const subjectPod = (pod: ReturnType<typeof aPod>): object => ({ pod, named: { namespace: 'shop', name: labels.pod }, troubled: [] });
const readyPod = aPod({ status: { conditions: podConditions({ ready: true, since: '2026-03-14T10:42:00Z' }) } });

const sentence = (before: DiagnosedCause | null, values: Record<string, unknown>, after: Diagnosis = diagnosed(null)): string | null =>
  resolvedSentence({
    before: diagnosed(before),
    after: { diagnosis: after, recording: recorded({ pod: subjectPod(readyPod), ...values }) },
    node: null,
    endedAt,
  });

describe('an incident of a plugin pod', () => {
  const unhealthy = cause('cni-plugin-unhealthy', calicoNode);

  it('ends with its being Ready again', () => {
    expect(sentence(unhealthy, { pluginPods: [agent()] })).toBe('calico-node-x2x1z is Ready again since 10:41 UTC');
  });

  it('ends with the date where that was another day', () => {
    const late = { before: diagnosed(unhealthy), node: null, endedAt: '2026-03-15T00:10:00Z' };
    const after = { diagnosis: diagnosed(null), recording: recorded({ pluginPods: [agent()] }) };
    expect(resolvedSentence({ ...late, after })).toBe('calico-node-x2x1z is Ready again since 2026-03-14 10:41 UTC');
  });

  it('ends with the pod that took its place on the node', () => {
    const others = [agent({ name: 'calico-node-other', node: 'worker-2' }), agent({ name: 'calico-node-new' })];
    expect(sentence(unhealthy, { pluginPods: others })).toBe(
      'calico-node-new has taken the place of calico-node-x2x1z and is Ready since 10:41 UTC',
    );
  });

  it('ends with all pods of the DaemonSet where it was about them', () => {
    const all = cause('cni-plugin-unhealthy', { kind: 'DaemonSet', namespace: 'kube-system', name: 'calico-node' });
    const pods = [agent({ readyChangedAt: '2026-03-14T10:39:00Z' }), agent({ name: 'calico-node-b' })];
    expect(sentence(all, { pluginPods: pods })).toBe('all 2 pods of DaemonSet calico-node are Ready again since 10:41 UTC');
    expect(sentence(all, { pluginPods: [...pods, agent({ name: 'calico-node-c', ready: false })] })).not.toContain('DaemonSet');
  });

  it('is not over while the pod is found unhealthy', () => {
    const after = diagnosed(unhealthy, { evidence: [shown('Pod', '2026-03-14T10:20:00Z')] });
    expect(sentence(unhealthy, { pluginPods: [agent({ ready: false })] }, after)).toBe(
      'but the cause is still there: calico-node-x2x1z is at fault',
    );
  });

  it('is not over where only the pod of another node is Ready and this one is found among the alternatives', () => {
    const after = diagnosed(null, { alternatives: [unhealthy], evidence: [shown('Pod')] });
    expect(sentence(unhealthy, { pluginPods: [agent({ name: 'calico-node-b', node: 'worker-2' })] }, after)).toMatch(
      /^but the cause is still there/,
    );
  });

  it('does not credit a pod that was Ready all along', () => {
    expect(sentence(unhealthy, { pluginPods: [agent({ readyChangedAt: '2026-03-10T08:00:00Z' })] })).toMatch(
      /^pod shop\/checkout-7d4f9c-x2x1z is Ready/i,
    );
  });
});

describe('an incident of addresses', () => {
  const exhausted = cause('ip-pool-exhausted', worker);

  it.each([
    ['the state of the pool', shown('Node')],
    ['an event that is younger than the end', shown('Event', '2026-03-14T10:44:30Z')],
    ['a late event of another pod, which waits still,', shown('Event', '2026-03-14T10:43:00Z', 'orders')],
  ])('is not over while %s shows it', (_, item) => {
    expect(sentence(exhausted, {}, diagnosed(null, { alternatives: [exhausted], evidence: [item] }))).toBe(
      'but the cause is still there: worker-1 is at fault',
    );
  });

  it.each([
    ['an event from before the end', exhausted, shown('Event', '2026-03-14T10:43:00Z')],
    ['an old event of another pod', exhausted, shown('Event', '2026-03-14T10:41:00Z', 'orders')],
    ['a log line without a time', exhausted, shown('Log')],
    ['a hint', cause('ip-pool-exhausted', worker, { confidence: 'possible' }), shown('Node')],
    ['another node', cause('ip-pool-exhausted', { ...worker, name: 'worker-2' }), shown('Node')],
    ['another cause', cause('route-misconfigured', worker), shown('Node')],
  ])('is not kept up by %s', (_, found, item) => {
    expect(sentence(exhausted, {}, diagnosed(null, { alternatives: [found], evidence: [item] }))).toMatch(
      /^pod shop\/checkout-7d4f9c-x2x1z is Ready/,
    );
  });

  it('is not over where a look at the node finds the cause, whatever became of the pod', () => {
    const node = diagnosed(exhausted, { evidence: [shown('Node')] });
    const after = { diagnosis: diagnosed(null), recording: recorded({ pod: subjectPod(readyPod) }) };
    expect(resolvedSentence({ before: diagnosed(exhausted), after, node, endedAt })).toMatch(/^but the cause is still there/);
  });

  it("does not end with the node's own readiness", () => {
    const nodes = [aNode({ conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-03-14T10:41:00Z' }] })];
    expect(sentence(exhausted, { nodes })).not.toContain('node worker-1');
  });
});

test('an incident of a node ends with its being Ready again', () => {
  const nodes = [aNode({ conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-03-14T10:41:00Z' }] })];
  expect(sentence(cause('node-network-unavailable', worker), { nodes })).toBe('node worker-1 is Ready again since 10:41 UTC');
});

test('an incident without a cause ends with how its pod stands', () => {
  expect(sentence(null, {})).toMatch(/^pod shop\/checkout-7d4f9c-x2x1z is Ready/);
});

test('an alert that ended while its pod is still not Ready is said to be so', () => {
  const pod = subjectPod(notReadyPod([waiting('web', 'ContainerCreating')]));
  expect(sentence(null, { pod })).toBe('but pod shop/checkout-7d4f9c-x2x1z is not Ready');
});

test('what cannot be read is not claimed', () => {
  const after = { diagnosis: diagnosed(null), recording: {} };
  expect(resolvedSentence({ before: diagnosed(cause('ip-pool-exhausted', worker)), after, node: null, endedAt })).toBeNull();
});
