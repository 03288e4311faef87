import { describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '../../../src/cluster/wire.ts';
import { ask, netpol, pod, verdictUnder, world } from './support.ts';

type Spec = NonNullable<NetworkPolicy['spec']>;

const everyPod = { podSelector: {} };
const web = { podSelector: { matchLabels: { app: 'web' } } };

describe('which pods and directions a policy isolates', () => {
  it.each<[what: string, spec: Spec, from: string, to: string, verdict: string]>([
    ['a policy without rules closes ingress', everyPod, 'bank/web', 'shop/web', 'blocked'],
    ['and leaves egress open', everyPod, 'shop/web', 'bank/web', 'allowed'],
    ['an empty ingress list closes ingress', { ...everyPod, ingress: [] }, 'bank/web', 'shop/web', 'blocked'],
    ['one empty rule opens it', { ...everyPod, ingress: [{}] }, 'bank/web', 'shop/web', 'allowed'],
    ['egress rules without policyTypes close egress', { ...web, egress: [{ ports: [{ port: 53 }] }] }, 'shop/web', 'bank/web', 'blocked'],
    ['and ingress with it', { ...web, egress: [{}] }, 'bank/web', 'shop/web', 'blocked'],
    ['policyTypes Egress alone leaves ingress open', { ...everyPod, policyTypes: ['Egress'] }, 'bank/web', 'shop/web', 'allowed'],
    ['policyTypes Egress without rules closes egress', { ...everyPod, policyTypes: ['Egress'] }, 'shop/web', 'bank/web', 'blocked'],
    ['policyTypes Ingress silences egress rules', { ...everyPod, policyTypes: ['Ingress'], egress: [] }, 'shop/web', 'bank/web', 'allowed'],
    ['both types close both', { ...everyPod, policyTypes: ['Ingress', 'Egress'] }, 'shop/web', 'bank/web', 'blocked'],
    ['a pod that is not selected is open', { podSelector: { matchLabels: { app: 'none' } } }, 'bank/web', 'shop/web', 'allowed'],
    ['a policy never leaves its namespace', everyPod, 'shop/web', 'bank/web', 'allowed'],
    ['ingress rules say nothing of a selected source', { ...web, policyTypes: ['Ingress'] }, 'shop/web', 'shop/api', 'allowed'],
  ])('%s', (...[, spec, from, to, verdict]) => {
    expect(verdictUnder(spec, from, to)).toBe(verdict);
  });

  it('takes an absent podSelector for all pods', () => {
    expect(verdictUnder({}, 'bank/web', 'shop/api')).toBe('blocked');
  });
});

describe('who a rule names', () => {
  const from = (...peers: NonNullable<NonNullable<Spec['ingress']>[number]['from']>): Spec => ({ ...everyPod, ingress: [{ from: peers }] });
  const labels = (matchLabels: Record<string, string>) => ({ matchLabels });

  it.each<[what: string, spec: Spec, from: string, verdict: string]>([
    ['an empty from is anyone', from(), 'bank/web', 'allowed'],
    ['podSelector alone is the own namespace', from({ podSelector: labels({ app: 'api' }) }), 'shop/api', 'allowed'],
    ['and no other', from({ podSelector: labels({ app: 'web' }) }), 'bank/web', 'blocked'],
    ['an empty podSelector is every pod of it', from({ podSelector: {} }), 'shop/api', 'allowed'],
    ['and none elsewhere', from({ podSelector: {} }), 'bank/web', 'blocked'],
    ['namespaceSelector alone is every pod there', from({ namespaceSelector: labels({ team: 'blue' }) }), 'bank/ledger', 'allowed'],
    ['and not the own namespace', from({ namespaceSelector: labels({ team: 'blue' }) }), 'shop/api', 'blocked'],
    ['an empty namespaceSelector is every namespace', from({ namespaceSelector: {} }), 'bank/ledger', 'allowed'],
    [
      'both selectors in one item must hold',
      from({ namespaceSelector: labels({ team: 'blue' }), podSelector: labels({ app: 'ledger' }) }),
      'bank/web',
      'blocked',
    ],
    [
      'and do where both hold',
      from({ namespaceSelector: labels({ team: 'blue' }), podSelector: labels({ app: 'ledger' }) }),
      'bank/ledger',
      'allowed',
    ],
    [
      'two items are alternatives',
      from({ namespaceSelector: labels({ team: 'blue' }) }, { podSelector: labels({ app: 'ledger' }) }),
      'bank/web',
      'allowed',
    ],
    [
      'namespaces have their name as a label',
      from({ namespaceSelector: labels({ 'kubernetes.io/metadata.name': 'bank' }) }),
      'bank/web',
      'allowed',
    ],
    ['every label must match', from({ podSelector: labels({ app: 'api', tier: 'x' }) }), 'shop/api', 'blocked'],
    ['pods are no addresses outside', from({ podSelector: {} }, { namespaceSelector: {} }), '8.8.8.8', 'blocked'],
    ['nor nodes', from({ podSelector: {} }, { namespaceSelector: {} }), '192.168.1.2', 'blocked'],
  ])('%s', (...[, spec, source, verdict]) => {
    expect(verdictUnder(spec, source, 'shop/web')).toBe(verdict);
  });

  it.each([
    ['In', ['api', 'x'], 'allowed'],
    ['In', ['x'], 'blocked'],
    ['NotIn', ['x'], 'allowed'],
    ['NotIn', ['api'], 'blocked'],
    ['Exists', undefined, 'allowed'],
    ['DoesNotExist', undefined, 'blocked'],
  ])('reads the operator %s %j', (operator, values, verdict) => {
    const expression = { key: 'app', operator, ...(values === undefined ? {} : { values }) };
    expect(verdictUnder(from({ podSelector: { matchExpressions: [expression] } }), 'shop/api', 'shop/web')).toBe(verdict);
  });

  it('lets NotIn and DoesNotExist hold for a label that is absent', () => {
    for (const expression of [
      { key: 'absent', operator: 'NotIn', values: ['x'] },
      { key: 'absent', operator: 'DoesNotExist' },
    ]) {
      expect(verdictUnder(from({ podSelector: { matchExpressions: [expression] } }), 'shop/api', 'shop/web')).toBe('allowed');
    }
  });

  it.each([
    { key: 'app', operator: 'In' },
    { key: 'app', operator: 'In', values: [] },
    { key: 'app', operator: 'Exists', values: ['x'] },
    { key: 'app', operator: 'Matches', values: ['x'] },
  ])('does not guess what an invalid expression %j means', (expression) => {
    expect(verdictUnder(from({ podSelector: { matchExpressions: [expression] } }), 'shop/api', 'shop/web')).toBe('unknown');
  });

  it('has no doubt where another rule allows anyway', () => {
    const invalid = { podSelector: { matchExpressions: [{ key: 'app', operator: 'Matches' }] } };
    expect(verdictUnder(from(invalid, { podSelector: {} }), 'shop/api', 'shop/web')).toBe('allowed');
  });
});

describe('address blocks', () => {
  const from = (cidr: string, except?: string[]): Spec => ({
    ...everyPod,
    ingress: [{ from: [{ ipBlock: { cidr, ...(except && { except }) } }] }],
  });

  it.each<[spec: Spec, from: string, verdict: string]>([
    [from('8.8.0.0/16'), '8.8.8.8', 'allowed'],
    [from('8.8.0.0/16'), '8.9.8.8', 'blocked'],
    [from('8.8.8.8/32'), '8.8.8.8', 'allowed'],
    [from('0.0.0.0/0'), '8.8.8.8', 'allowed'],
    [from('0.0.0.0/0'), 'fd00::1', 'unknown'],
    [from('::/0'), '2001:db8::1', 'unknown'],
    [from('8.8.0.0/16', ['8.8.8.0/24']), '8.8.8.8', 'blocked'],
    [from('8.8.0.0/16', ['8.8.8.0/24']), '8.8.9.8', 'allowed'],
    [from('10.244.0.0/16'), 'bank/web', 'allowed'],
    [from('192.168.1.0/24'), '192.168.1.2', 'allowed'],
    [from('not a cidr'), '8.8.8.8', 'unknown'],
  ])('%j lets %s in: %s', (spec, source, verdict) => {
    // The pod has an IPv4 address only, so that no IPv6 source can reach it at all.
    expect(verdictUnder(spec, source, 'shop/web')).toBe(verdict);
  });

  it('takes an exception back by another block only', () => {
    const spec: Spec = {
      ...everyPod,
      ingress: [{ from: [{ ipBlock: { cidr: '8.8.0.0/16', except: ['8.8.8.0/24'] } }, { ipBlock: { cidr: '8.8.8.8/32' } }] }],
    };
    expect([verdictUnder(spec, '8.8.8.8', 'shop/web'), verdictUnder(spec, '8.8.8.9', 'shop/web')]).toEqual(['allowed', 'blocked']);
  });

  it('judges IPv6 by IPv6 blocks, in any spelling', () => {
    const six = pod('shop/six', { address: 'fd00::6' });
    const policies = { NetworkPolicy: [netpol('shop/p', { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '2001:DB8::/32' } }] }] })] };
    const index = world({ pods: [six], policies });
    expect(ask(index, '2001:0db8:0::1', 'shop/six').verdict).toBe('allowed');
    expect(ask(index, '2001:db9::1', 'fd00:0::6').verdict).toBe('blocked');
  });

  it('says that it depends on the family where the families differ', () => {
    const dual = {
      ...pod('shop/dual'),
      addresses: [...pod('x/y', { address: '10.1.1.1' }).addresses, ...pod('x/y', { address: 'fd00::1' }).addresses],
    };
    const other = {
      ...pod('bank/dual'),
      addresses: [...pod('x/y', { address: '10.1.1.2' }).addresses, ...pod('x/y', { address: 'fd00::2' }).addresses],
    };
    const policies = { NetworkPolicy: [netpol('shop/p', { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '10.1.0.0/16' } }] }] })] };
    const index = world({ pods: [dual, other], policies });
    expect(ask(index, 'bank/dual', 'shop/dual').verdict).toBe('unknown');
    expect(ask(index, 'bank/dual', '10.1.1.1').verdict).toBe('allowed');
    expect(ask(index, 'fd00::2', 'shop/dual').verdict).toBe('blocked');
  });

  it('does not decide by a block for a pod without address', () => {
    const policies = { NetworkPolicy: [netpol('shop/p', { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] })] };
    const index = world({ pods: [pod('shop/web'), pod('bank/new', { address: null })], policies });
    expect(ask(index, 'bank/new', 'shop/web')).toMatchObject({ verdict: 'unknown', ingress: { policies: ['shop/p'] } });
  });

  it('does not guess at an item with a block and a selector, or with neither', () => {
    const mixed: Spec = { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' }, podSelector: {} }] }] };
    expect(verdictUnder(mixed, 'shop/api', 'shop/web')).toBe('unknown');
    expect(verdictUnder({ ...everyPod, ingress: [{ from: [{}] }] }, 'shop/api', 'shop/web')).toBe('unknown');
  });
});

describe('ports', () => {
  const ports = (...items: NonNullable<NonNullable<Spec['ingress']>[number]['ports']>): Spec => ({
    ...everyPod,
    ingress: [{ ports: items }],
  });

  it.each<[spec: Spec, port: string, verdict: string]>([
    [ports(), '80/TCP', 'allowed'],
    [ports({ port: 80 }), '80/TCP', 'allowed'],
    [ports({ port: 80 }), '80/UDP', 'blocked'],
    [ports({ port: 80 }), '81/TCP', 'blocked'],
    [ports({ port: 80, protocol: 'UDP' }), '80/UDP', 'allowed'],
    [ports({ port: 80, protocol: 'SCTP' }), '80/SCTP', 'allowed'],
    [ports({ protocol: 'UDP' }), '12345/UDP', 'allowed'],
    [ports({ protocol: 'UDP' }), '80/TCP', 'blocked'],
    [ports({}), '9/TCP', 'allowed'],
    [ports({}), '9/UDP', 'blocked'],
    [ports({ port: 80, endPort: 90 }), '80/TCP', 'allowed'],
    [ports({ port: 80, endPort: 90 }), '90/TCP', 'allowed'],
    [ports({ port: 80, endPort: 90 }), '91/TCP', 'blocked'],
    [ports({ port: 80, endPort: 90 }), '85/UDP', 'blocked'],
    [ports({ port: 80, endPort: 80 }), '80/TCP', 'allowed'],
    [ports({ port: 1 }, { port: 80 }), '80/TCP', 'allowed'],
    [ports({ port: 'http' }), '80/TCP', 'allowed'],
    [ports({ port: 'http' }), '81/TCP', 'blocked'],
    [ports({ port: 'http', protocol: 'UDP' }), '80/UDP', 'blocked'],
    [ports({ port: 'none' }), '80/TCP', 'blocked'],
    [ports({ port: 90, endPort: 80 }), '85/TCP', 'unknown'],
    [ports({ port: 'http', endPort: 90 }), '85/TCP', 'unknown'],
    [ports({ port: '80' }), '80/TCP', 'unknown'],
    [ports({ endPort: 80 }), '80/TCP', 'unknown'],
  ])('%j lets %s in: %s', (spec, port, verdict) => {
    expect(verdictUnder(spec, 'bank/web', 'shop/web', port)).toBe(verdict);
  });

  it('asks for peer and port together', () => {
    const spec: Spec = { ...everyPod, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] };
    expect(verdictUnder(spec, 'shop/api', 'shop/web', '80')).toBe('allowed');
    expect(verdictUnder(spec, 'shop/api', 'shop/web', '81')).toBe('blocked');
    expect(verdictUnder(spec, 'bank/web', 'shop/web', '80')).toBe('blocked');
  });

  it('never joins the peer of one rule with the port of another', () => {
    const spec: Spec = {
      ...everyPod,
      ingress: [
        { from: [{ podSelector: {} }], ports: [{ port: 81 }] },
        { from: [{ namespaceSelector: {} }], ports: [{ port: 82 }] },
      ],
    };
    expect(verdictUnder(spec, 'bank/web', 'shop/web', '81')).toBe('blocked');
    expect(verdictUnder(spec, 'bank/web', 'shop/web', '82')).toBe('allowed');
  });

  it('resolves a named port by the destination pod, for egress too', () => {
    const alt = pod('bank/alt', { ports: [{ name: 'http', port: 8080, protocol: 'TCP', container: 'c' }] });
    const policies = {
      NetworkPolicy: [netpol('shop/p', { ...everyPod, policyTypes: ['Egress'], egress: [{ ports: [{ port: 'http' }] }] })],
    };
    const index = world({ pods: [pod('shop/web'), pod('bank/web'), alt], policies });
    expect(ask(index, 'shop/web', 'bank/web', '80').verdict).toBe('allowed');
    expect(ask(index, 'shop/web', 'bank/alt', '80').verdict).toBe('blocked');
    expect(ask(index, 'shop/web', 'bank/alt', '8080').verdict).toBe('allowed');
    expect(ask(index, 'shop/web', '8.8.8.8', '80').verdict).toBe('blocked');
  });

  it('knows one name that two containers give to different ports', () => {
    const two = pod('shop/two', {
      ports: [
        { name: 'metrics', port: 9090, protocol: 'TCP', container: 'main' },
        { name: 'metrics', port: 9091, protocol: 'UDP', container: 'sidecar' },
      ],
    });
    const policies = { NetworkPolicy: [netpol('shop/p', { ...everyPod, ingress: [{ ports: [{ port: 'metrics', protocol: 'UDP' }] }] })] };
    const index = world({ pods: [two, pod('bank/web')], policies });
    expect(['9090/TCP', '9091/UDP', '9091/TCP'].map((port) => ask(index, 'bank/web', 'shop/two', port).verdict)).toEqual([
      'blocked',
      'allowed',
      'blocked',
    ]);
  });
});

describe('several policies', () => {
  const deny = netpol('shop/deny', everyPod);
  const allowApi = netpol('shop/allow-api', { ...web, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }] }] });

  it('add up: what one allows is allowed', () => {
    const index = world({ policies: { NetworkPolicy: [deny, allowApi] } });
    expect(ask(index, 'shop/api', 'shop/web')).toMatchObject({ verdict: 'allowed', ingress: { policies: ['shop/allow-api'] } });
  });

  it('names every policy that isolates where none allows', () => {
    const index = world({ policies: { NetworkPolicy: [deny, allowApi] } });
    const result = ask(index, 'bank/web', 'shop/web');
    expect(result).toMatchObject({ verdict: 'blocked', ingress: { verdict: 'blocked', policies: ['shop/allow-api', 'shop/deny'] } });
    expect(result.ingress.why).toContain('80/TCP from bank/web');
    expect(result.egress).toEqual({ verdict: 'allowed', policies: [], why: 'no policy selects bank/web for egress' });
  });

  it('need egress of the source and ingress of the destination', () => {
    const out = netpol('bank/out', { ...everyPod, policyTypes: ['Egress'], egress: [{ to: [{ namespaceSelector: {} }] }] });
    const index = world({ policies: { NetworkPolicy: [deny, out] } });
    expect(ask(index, 'bank/web', 'shop/web')).toMatchObject({
      verdict: 'blocked',
      egress: { verdict: 'allowed', policies: ['bank/out'] },
    });
  });

  it('let replies pass: a closed egress of the destination does not matter', () => {
    const closed = netpol('shop/closed', { ...everyPod, policyTypes: ['Egress'] });
    expect(ask(world({ policies: { NetworkPolicy: [closed] } }), 'bank/web', 'shop/web').verdict).toBe('allowed');
  });
});

describe('pods, nodes and hosts outside', () => {
  const closed = { NetworkPolicy: [netpol('shop/closed', { ...everyPod, policyTypes: ['Ingress', 'Egress'] })] };

  it('lets a pod speak with itself', () => {
    const result = ask(world({ policies: closed }), 'shop/web', 'shop/web');
    expect(result).toMatchObject({ verdict: 'allowed', ingress: { policies: [] }, egress: { policies: [] } });
    expect(result.ingress.why).toContain('itself');
  });

  it('lets in what comes from the own node, and nothing from another', () => {
    const index = world({ policies: closed });
    expect(ask(index, '192.168.1.1', 'shop/web').ingress).toMatchObject({ verdict: 'allowed', policies: [] });
    expect(ask(index, '192.168.1.2', 'shop/web').ingress.verdict).toBe('blocked');
  });

  it('knows the own node by the pod alone where nodes were not listed', () => {
    const told = pod('shop/web', { nodeAddresses: pod('x/y', { address: '172.16.0.9' }).addresses });
    expect(ask(world({ pods: [told], nodes: [], policies: closed }), '172.16.0.9', 'shop/web').ingress.verdict).toBe('allowed');
  });

  it('does not let a pod out to its own node for free', () => {
    expect(ask(world({ policies: closed }), 'shop/web', '192.168.1.1').egress.verdict).toBe('blocked');
  });

  it('leaves a hostNetwork pod alone, whose address is its node and no pod to any selector', () => {
    const host = pod('shop/host', { hostNetwork: true, node: 'worker-2', address: '192.168.1.2' });
    const open = netpol('shop/open', { ...everyPod, ingress: [{ from: [{ podSelector: {} }] }] });
    const index = world({ pods: [host, pod('shop/web')], policies: { NetworkPolicy: [open] } });
    expect(ask(index, 'shop/web', 'shop/host')).toMatchObject({
      verdict: 'allowed',
      ingress: { policies: [], why: expect.stringContaining('hostNetwork') },
    });
    expect(ask(index, 'shop/host', 'shop/web').ingress).toMatchObject({ verdict: 'blocked', policies: ['shop/open'] });
  });

  it('lets a hostNetwork pod of the own node in', () => {
    const host = pod('kube-system/agent', { hostNetwork: true, address: '192.168.1.1' });
    expect(ask(world({ pods: [host, pod('shop/web')], policies: closed }), 'kube-system/agent', 'shop/web').verdict).toBe('allowed');
  });

  it('applies no policy to a host outside', () => {
    const result = ask(world({ policies: closed }), 'shop/web', '8.8.8.8');
    expect(result).toMatchObject({
      verdict: 'blocked',
      ingress: { verdict: 'allowed', policies: [], why: expect.stringContaining('outside') },
    });
  });

  it('applies none to a finished pod, and no selector finds it', () => {
    const done = pod('shop/job', { finished: true });
    const open = netpol('shop/open', { ...everyPod, ingress: [{ from: [{ podSelector: {} }] }] });
    const index = world({ pods: [done, pod('shop/web')], policies: { NetworkPolicy: [open] } });
    expect(ask(index, 'shop/web', 'shop/job').ingress).toMatchObject({
      verdict: 'allowed',
      why: expect.stringContaining('finished'),
    });
    expect(ask(index, 'shop/job', 'shop/web').ingress.verdict).toBe('blocked');
  });

  it('finds a pod by its address', () => {
    expect(ask(world({ policies: closed }), '8.8.8.8', addressOfWeb()).ingress.policies).toEqual(['shop/closed']);
  });
});

function addressOfWeb(): string {
  const [address] = pod('shop/web').addresses;
  return address === undefined ? '' : [24n, 16n, 8n, 0n].map((shift) => (address.value >> shift) & 255n).join('.');
}
