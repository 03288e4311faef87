import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostOfInstance, isNamespaceName, isObjectName, targetOf } from '../../src/core/target.ts';

describe('the target of labels', () => {
  it.each([
    ['a pod and its namespace', { namespace: 'shop', pod: 'web-1' }, { kind: 'pod', namespace: 'shop', name: 'web-1', node: null }],
    [
      'exported labels first where both exist',
      { namespace: 'monitoring', pod: 'kube-state-metrics-0', exported_namespace: 'shop', exported_pod: 'web-1' },
      { kind: 'pod', namespace: 'shop', name: 'web-1', node: null },
    ],
    [
      'plain labels of kube-state-metrics with honor_labels',
      { job: 'kube-state-metrics', namespace: 'shop', pod: 'web-1', instance: '10.0.0.9:8080' },
      { kind: 'pod', namespace: 'shop', name: 'web-1', node: null },
    ],
    ['pod_name', { namespace: 'shop', pod_name: 'web-1' }, { kind: 'pod', namespace: 'shop', name: 'web-1', node: null }],
    [
      'kubernetes_pod_name',
      { kubernetes_namespace: 'shop', kubernetes_pod_name: 'web-1' },
      { kind: 'pod', namespace: 'shop', name: 'web-1', node: null },
    ],
    [
      'the node beside the pod',
      { namespace: 'shop', pod: 'web-1', node: 'worker-3' },
      { kind: 'pod', namespace: 'shop', name: 'web-1', node: 'worker-3' },
    ],
    ['a node', { node: 'worker-3' }, { kind: 'node', name: 'worker-3' }],
    ['kubernetes_node', { kubernetes_node: 'worker-3' }, { kind: 'node', name: 'worker-3' }],
    ['an instance with a port', { instance: 'worker-3.example:10250' }, { kind: 'node', name: 'worker-3.example' }],
    ['an instance that is an IPv4 address', { instance: '192.0.2.7:10250' }, { kind: 'node', name: '192.0.2.7' }],
    ['an instance that is an IPv6 address', { instance: '[2001:db8::7]:10250' }, { kind: 'node', name: '2001:db8::7' }],
    ['a namespace alone', { namespace: 'shop' }, { kind: 'namespace', name: 'shop' }],
    ['nothing', { severity: 'critical' }, { kind: 'cluster' }],
    ['a name that Kubernetes would not accept', { namespace: 'shop', pod: '../../etc/passwd' }, { kind: 'namespace', name: 'shop' }],
    ['a namespace that Kubernetes would not accept', { namespace: 'a/b', pod: 'web-1' }, { kind: 'cluster' }],
    ['the exporter itself is no node', { job: 'kube-state-metrics', instance: '10.0.0.9:8080' }, { kind: 'cluster' }],
  ])('is read from %s', (_name, labels, target) => {
    expect(targetOf(labels)).toEqual(target);
  });

  it('never holds a name that could leave its place in a URL', () => {
    const value = fc.oneof(fc.string(), fc.constantFrom('..', 'a/b', 'a%2fb', 'a?b', 'A', '-a', 'a'.repeat(300)));
    fc.assert(
      fc.property(fc.record({ namespace: value, pod: value, node: value, instance: value }), (labels) => {
        const target = targetOf(labels);

        const names = target.kind === 'cluster' ? [] : target.kind === 'pod' ? [target.namespace, target.name] : [target.name];
        for (const name of names) expect(name).toMatch(/^[a-z0-9A-F:]([-a-z0-9A-F.:]*[a-z0-9A-F:])?$/);
      }),
    );
  });
});

describe('names', () => {
  it('of objects are RFC 1123 subdomains of at most 253 characters', () => {
    expect(['web-1', 'a.b-c.d', 'x'.repeat(253)].every(isObjectName)).toBe(true);
    expect(['', 'Web', 'a_b', '-a', 'a-', 'a..b', 'x'.repeat(254)].some(isObjectName)).toBe(false);
  });

  it('of namespaces are labels of at most 63 characters', () => {
    expect(isNamespaceName('x'.repeat(63))).toBe(true);
    expect(['a.b', 'x'.repeat(64), 'A'].some(isNamespaceName)).toBe(false);
  });

  it('of instances lose port and brackets', () => {
    expect(['node-1:9100', 'Node-1', '10.0.0.1', '2001:db8::1', '[::1]:80', 'a b', 'http://x/'].map(hostOfInstance)).toEqual([
      'node-1',
      'node-1',
      '10.0.0.1',
      '2001:db8::1',
      '::1',
      undefined,
      undefined,
    ]);
  });
});
