import { describe, expect, it } from 'vitest';
import { policyKinds } from '../../../src/cluster/kinds.ts';
import { buildPolicyIndex, type PolicyInputs } from '../../../src/network/policy/policy-index.ts';
import { reach } from '../../../src/network/policy/reach.ts';
import { ask, namespace, netpol, node, pod, world } from './support.ts';

const web = pod('shop/web');
const other = pod('bank/web', { address: '10.9.9.9' });
const closed = netpol('shop/closed', { podSelector: {} });
const fromBlue = netpol('shop/from-blue', {
  podSelector: {},
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'blue' } } }] }],
});
const fromBank = netpol('shop/from-bank', {
  podSelector: {},
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'bank' } } }] }],
});

function inputs(changes: Partial<PolicyInputs>): PolicyInputs {
  return {
    pods: { items: [web, other] },
    namespaces: { items: [namespace('shop'), namespace('bank', { team: 'blue' })] },
    nodes: { items: [node('worker-1', '192.168.1.1')] },
    policies: {},
    ...changes,
  };
}

const under = (changes: Partial<PolicyInputs>, from = 'bank/web') => ask(buildPolicyIndex(inputs(changes)), from, 'shop/web');

describe('what was not read', () => {
  it('leaves everything open where pods are missing', () => {
    const result = under({ pods: { unread: 'not captured' } });
    expect(result).toMatchObject({
      verdict: 'unknown',
      egress: { verdict: 'unknown' },
      ingress: { why: expect.stringContaining('not captured') },
    });
  });

  it('leaves open what depends on the labels of a namespace, and not what depends on its name', () => {
    const namespaces = { unread: 'not captured' };
    expect(under({ namespaces, policies: { NetworkPolicy: { items: [fromBlue] } } })).toMatchObject({
      verdict: 'unknown',
      ingress: { policies: ['shop/from-blue'], why: expect.stringContaining('namespace bank') },
    });
    expect(under({ namespaces, policies: { NetworkPolicy: { items: [fromBank] } } }).verdict).toBe('allowed');
    expect(under({ namespaces, policies: { NetworkPolicy: { items: [closed] } } }).verdict).toBe('blocked');
  });

  it('treats a namespace that is not among those captured alike', () => {
    const namespaces = { items: [namespace('shop')] };
    expect(under({ namespaces, policies: { NetworkPolicy: { items: [fromBlue] } } }).verdict).toBe('unknown');
  });

  it('gives a namespace its name as a label even where the object lacks it', () => {
    const namespaces = { items: [{ metadata: { name: 'bank' } }, { metadata: { name: 'shop' } }] };
    expect(under({ namespaces, policies: { NetworkPolicy: { items: [fromBank] } } }).verdict).toBe('allowed');
  });

  it('does not take a stranger for a node or for none where nodes are missing', () => {
    const nodes = { unread: 'not captured' };
    const policies = { NetworkPolicy: { items: [closed] } };
    expect(under({ nodes, policies }, '192.168.1.1')).toMatchObject({ verdict: 'unknown', ingress: { policies: ['shop/closed'] } });
    expect(under({ nodes, policies }).verdict).toBe('blocked');
  });

  it('does not take a stranger of one family for none where the pod tells the address of its node in the other alone', () => {
    const { addresses } = pod('x/y', { address: '192.168.1.1' });
    const told = pod('shop/web', { address: 'fd00::5', nodeAddresses: addresses });
    const index = buildPolicyIndex(
      inputs({ pods: { items: [told] }, nodes: { unread: 'not captured' }, policies: { NetworkPolicy: { items: [closed] } } }),
    );
    expect(ask(index, 'fd00::1', 'shop/web').verdict).toBe('unknown');
  });

  it('takes no stranger for the node of a pod that has none', () => {
    const nodes = { unread: 'not captured' };
    const pods = { items: [pod('shop/web', { node: null })] };
    expect(under({ nodes, pods, policies: { NetworkPolicy: { items: [closed] } } }, '192.168.1.1').verdict).toBe('blocked');
  });

  it('leaves open what policies of a kind that could not be read may decide', () => {
    const result = under({ policies: { NetworkPolicy: { items: [closed] }, CalicoGlobalNetworkPolicy: { unread: 'forbidden' } } });
    expect(result.ingress).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('CalicoGlobalNetworkPolicy could not be read: forbidden'),
    });
    expect(result.verdict).toBe('unknown');
  });

  it.each(policyKinds)('does so for %s', (kind) => {
    const result = under({ policies: { [kind]: { unread: 'forbidden' } } });
    expect([result.egress.verdict, result.ingress.verdict]).toEqual(['unknown', 'unknown']);
  });

  it('judges the namespaces of which a partial list is whole', () => {
    const NetworkPolicy = { items: [closed], partial: 'only shop was captured', completeIn: ['shop'] };
    const result = under({ policies: { NetworkPolicy } });
    expect([result.egress.verdict, result.ingress.verdict, result.verdict]).toEqual(['unknown', 'blocked', 'blocked']);
  });

  it('says what was assumed', () => {
    const result = under({ policies: { NetworkPolicy: { items: [], assumed: 'none' } } });
    expect(result).toMatchObject({ verdict: 'allowed', ingress: { why: expect.stringContaining('assumed') } });
  });
});

describe('names and addresses', () => {
  const error = (from: string, to = 'shop/web') => reach(world({}), { from, to, port: 80, protocol: 'TCP' });

  it.each(['web', 'shop/web/x', '10.0.0.0/8', '', 'Shop/Web', 'shop/', '10.0.0.300', '../etc/passwd'])('refuses %j', (from) => {
    expect(error(from)).toEqual({ error: `"${from}" is neither NAMESPACE/POD nor an IP address` });
  });

  it('says that there is no such pod', () => {
    expect(error('shop/absent')).toEqual({ error: 'there is no pod shop/absent' });
  });

  it('does not choose between pods that share an address', () => {
    const index = world({ pods: [pod('shop/a', { address: '10.1.1.1' }), pod('shop/b', { address: '10.1.1.1' })] });
    expect(ask(index, '8.8.8.8', '10.1.1.1')).toMatchObject({
      verdict: 'unknown',
      ingress: { why: expect.stringContaining('shop/a, shop/b') },
    });
  });

  it('takes the running pod for an address that a finished one had', () => {
    const pods = [pod('shop/done', { address: '10.1.1.1', finished: true }), pod('shop/web', { address: '10.1.1.1' })];
    const index = world({ pods, policies: { NetworkPolicy: [closed] } });
    expect(ask(index, '8.8.8.8', '10.1.1.1').verdict).toBe('blocked');
  });

  it('reads an address in any spelling', () => {
    const index = world({ pods: [pod('shop/web', { address: 'fd00::1' })], policies: { NetworkPolicy: [closed] } });
    expect(ask(index, '2001:db8::1', 'FD00:0:0::0001').verdict).toBe('blocked');
  });

  it('does not judge the ClusterIP of a Service', () => {
    const index = buildPolicyIndex(inputs({ serviceAddresses: new Map([['10.96.0.10', 'kube-system/dns']]) }));
    expect(ask(index, 'shop/web', '10.96.0.10')).toMatchObject({
      verdict: 'unknown',
      egress: { why: expect.stringContaining('kube-system/dns') },
    });
  });

  it('lets two pods on the network of one node speak', () => {
    const host = (name: string) => pod(`kube-system/${name}`, { hostNetwork: true, address: '192.168.1.1' });
    expect(ask(world({ pods: [host('a'), host('b')] }), 'kube-system/a', 'kube-system/b').verdict).toBe('allowed');
  });
});
