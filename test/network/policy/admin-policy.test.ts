import { describe, expect, it } from 'vitest';
import { ask, custom, netpol, pod, world } from './support.ts';

const team = (name: string) => ({ matchLabels: { team: name } });
const everyone = { namespaces: {} };
const closed = netpol('shop/closed', { podSelector: {} });
const openAll = netpol('shop/open', { podSelector: {}, ingress: [{}] });

interface RuleShape {
  action: string;
  from?: unknown[];
  to?: unknown[];
  ports?: unknown[];
  protocols?: unknown[];
}

const admin = (name: string, priority: number, ...ingress: RuleShape[]) =>
  custom(name, { priority, subject: { namespaces: team('red') }, ingress });
const deny = { action: 'Deny', from: [everyone] };
const allow = { action: 'Allow', from: [everyone] };
const pass = { action: 'Pass', from: [everyone] };

describe('AdminNetworkPolicy', () => {
  const under = (policies: Parameters<typeof world>[0]['policies'], port?: string) =>
    ask(world({ policies: policies ?? {} }), 'bank/web', 'shop/web', port);

  it('denies before NetworkPolicy can allow', () => {
    expect(under({ AdminNetworkPolicy: [admin('a', 1, deny)], NetworkPolicy: [openAll] })).toMatchObject({
      verdict: 'blocked',
      ingress: { policies: ['AdminNetworkPolicy/a'] },
    });
  });

  it('allows before NetworkPolicy can deny', () => {
    expect(under({ AdminNetworkPolicy: [admin('a', 1, allow)], NetworkPolicy: [closed] }).verdict).toBe('allowed');
  });

  it('passes on to NetworkPolicy', () => {
    const policies = { AdminNetworkPolicy: [admin('a', 1, pass), admin('b', 2, deny)] };
    expect(under(policies).verdict).toBe('allowed');
    expect(under({ ...policies, NetworkPolicy: [closed] })).toMatchObject({ verdict: 'blocked', ingress: { policies: ['shop/closed'] } });
  });

  it('asks the lowest priority number first, whatever the order of the list', () => {
    const both = [admin('late', 50, deny), admin('early', 5, allow)];
    expect(under({ AdminNetworkPolicy: both }).verdict).toBe('allowed');
    expect(under({ AdminNetworkPolicy: both.toReversed() }).verdict).toBe('allowed');
  });

  it('takes the first rule that matches within one policy', () => {
    expect(under({ AdminNetworkPolicy: [admin('a', 1, allow, deny)] }).verdict).toBe('allowed');
    expect(under({ AdminNetworkPolicy: [admin('a', 1, deny, allow)] }).verdict).toBe('blocked');
  });

  it('leaves open what two policies of one priority disagree on', () => {
    const result = under({ AdminNetworkPolicy: [admin('a', 1, allow), admin('b', 1, deny)] });
    expect(result.ingress).toMatchObject({ verdict: 'unknown', policies: ['AdminNetworkPolicy/a', 'AdminNetworkPolicy/b'] });
    expect(under({ AdminNetworkPolicy: [admin('a', 1, deny), admin('b', 1, deny)] }).verdict).toBe('blocked');
  });

  it('does not isolate: what no rule names goes on', () => {
    const named = admin('a', 1, { action: 'Allow', from: [{ namespaces: team('green') }] });
    expect(under({ AdminNetworkPolicy: [named] }).verdict).toBe('allowed');
  });

  it.each<[ports: unknown[], port: string, verdict: string]>([
    [[{ portNumber: { port: 80 } }], '80/TCP', 'blocked'],
    [[{ portNumber: { port: 80, protocol: 'UDP' } }], '80/TCP', 'allowed'],
    [[{ portNumber: { port: 80, protocol: 'UDP' } }], '80/UDP', 'blocked'],
    [[{ portRange: { start: 70, end: 90 } }], '80/TCP', 'blocked'],
    [[{ portRange: { start: 70, end: 90, protocol: 'SCTP' } }], '80/TCP', 'allowed'],
    [[{ portRange: { start: 81, end: 90 } }], '80/TCP', 'allowed'],
    [[{ namedPort: 'http' }], '80/TCP', 'blocked'],
    [[{ namedPort: 'http' }], '81/TCP', 'allowed'],
    [[{ namedPort: 'none' }], '80/TCP', 'allowed'],
    [[{ somethingNew: {} }], '80/TCP', 'unknown'],
  ])('denies on ports %j at %s: %s', (ports, port, verdict) => {
    expect(under({ AdminNetworkPolicy: [admin('a', 1, { ...deny, ports })] }, port).verdict).toBe(verdict);
  });

  it.each<[peer: unknown, verdict: string]>([
    [{ namespaces: team('blue') }, 'blocked'],
    [{ namespaces: team('red') }, 'allowed'],
    [{ pods: { namespaceSelector: team('blue'), podSelector: { matchLabels: { app: 'web' } } } }, 'blocked'],
    [{ pods: { namespaceSelector: team('blue'), podSelector: { matchLabels: { app: 'ledger' } } } }, 'allowed'],
    [{ pods: { podSelector: {}, namespaceSelector: {} } }, 'blocked'],
    [{ namespaces: { namespaceSelector: team('blue') } }, 'blocked'],
    [{ namespaces: { sameLabels: ['team'] } }, 'allowed'],
    [{ namespaces: { notSameLabels: ['team'] } }, 'blocked'],
    [{ namespaces: { sameLabels: ['team'], namespaceSelector: {} } }, 'unknown'],
    [{}, 'unknown'],
  ])('denies peer %j: %s', (peer, verdict) => {
    expect(under({ AdminNetworkPolicy: [admin('a', 1, { action: 'Deny', from: [peer] })] }).verdict).toBe(verdict);
  });

  it('selects by pods too', () => {
    const policy = custom('a', {
      priority: 1,
      subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } } },
      ingress: [deny],
    });
    const index = world({ policies: { AdminNetworkPolicy: [policy] } });
    expect([ask(index, 'bank/ledger', 'shop/web').verdict, ask(index, 'bank/ledger', 'shop/api').verdict]).toEqual(['blocked', 'allowed']);
  });

  it('knows nodes, networks and domain names for egress', () => {
    const egress = (to: unknown) =>
      world({
        policies: {
          AdminNetworkPolicy: [custom('a', { priority: 1, subject: { namespaces: {} }, egress: [{ action: 'Deny', to: [to] }] })],
        },
      });
    expect(ask(egress({ nodes: {} }), 'shop/web', '192.168.1.2').verdict).toBe('blocked');
    expect(ask(egress({ nodes: { matchLabels: { zone: 'a' } } }), 'shop/web', '192.168.1.2').verdict).toBe('allowed');
    expect(ask(egress({ nodes: {} }), 'shop/web', 'bank/web').verdict).toBe('allowed');
    expect(ask(egress({ networks: ['8.0.0.0/8'] }), 'shop/web', '8.8.8.8').verdict).toBe('blocked');
    expect(ask(egress({ networks: ['10.0.0.0/8'] }), 'shop/web', 'bank/web').verdict).toBe('blocked');
    expect(ask(egress({ domainNames: ['example.org'] }), 'shop/web', '8.8.8.8').verdict).toBe('unknown');
    expect(ask(egress({ namespaces: {} }), 'shop/web', '8.8.8.8').verdict).toBe('allowed');
  });

  it('never applies to hostNetwork pods', () => {
    const host = pod('shop/host', { hostNetwork: true, node: 'worker-2', address: '192.168.1.2' });
    const index = world({ pods: [host, pod('shop/web')], policies: { AdminNetworkPolicy: [admin('a', 1, deny)] } });
    expect(ask(index, 'shop/web', 'shop/host').verdict).toBe('allowed');
    expect(ask(index, 'shop/host', 'shop/web').verdict).toBe('allowed');
  });
});

describe('BaselineAdminNetworkPolicy', () => {
  const baseline = (rule: RuleShape) => custom('default', { subject: { namespaces: {} }, ingress: [rule] });

  it('decides where no NetworkPolicy selects the pod', () => {
    const index = world({ policies: { BaselineAdminNetworkPolicy: [baseline(deny)] } });
    expect(ask(index, 'bank/web', 'shop/web')).toMatchObject({
      verdict: 'blocked',
      ingress: { policies: ['BaselineAdminNetworkPolicy/default'] },
    });
  });

  it('yields to NetworkPolicy in both senses', () => {
    expect(
      ask(world({ policies: { BaselineAdminNetworkPolicy: [baseline(deny)], NetworkPolicy: [openAll] } }), 'bank/web', 'shop/web').verdict,
    ).toBe('allowed');
    expect(
      ask(world({ policies: { BaselineAdminNetworkPolicy: [baseline(allow)], NetworkPolicy: [closed] } }), 'bank/web', 'shop/web').verdict,
    ).toBe('blocked');
  });

  it('is reached past a Pass of the admin tier', () => {
    const policies = { BaselineAdminNetworkPolicy: [baseline(deny)], AdminNetworkPolicy: [admin('a', 1, pass)] };
    expect(ask(world({ policies }), 'bank/web', 'shop/web').verdict).toBe('blocked');
  });
});

describe('ClusterNetworkPolicy', () => {
  const policy = (name: string, [tier, priority]: [tier: string, priority: number], rule: RuleShape) =>
    custom(name, { tier, priority, subject: { namespaces: team('red') }, ingress: [rule] });
  const accept = { action: 'Accept', from: [everyone] };
  const verdict = (policies: Parameters<typeof world>[0]['policies'], port?: string) =>
    ask(world({ policies: policies ?? {} }), 'bank/web', 'shop/web', port).verdict;

  it('stands before NetworkPolicy in the tier Admin and after it in the tier Baseline', () => {
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Admin', 1], accept)], NetworkPolicy: [closed] })).toBe('allowed');
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Baseline', 1], accept)], NetworkPolicy: [closed] })).toBe('blocked');
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Baseline', 1], deny)] })).toBe('blocked');
  });

  it('passes from the tier Admin to the tier Baseline', () => {
    const policies = [policy('a', ['Admin', 1], pass), policy('b', ['Admin', 2], accept), policy('c', ['Baseline', 1], deny)];
    expect(verdict({ ClusterNetworkPolicy: policies })).toBe('blocked');
  });

  it('passes from the tier Baseline to the default, which is open', () => {
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Baseline', 1], pass), policy('b', ['Baseline', 2], deny)] })).toBe('allowed');
  });

  it.each<[protocols: unknown[], port: string, verdict: string]>([
    [[{ tcp: { destinationPort: { number: 80 } } }], '80/TCP', 'blocked'],
    [[{ tcp: { destinationPort: { number: 80 } } }], '80/UDP', 'allowed'],
    [[{ udp: { destinationPort: { range: { start: 50, end: 90 } } } }], '80/UDP', 'blocked'],
    [[{ sctp: {} }], '80/SCTP', 'blocked'],
    [[{ sctp: {} }], '80/TCP', 'allowed'],
    [[{ destinationNamedPort: 'http' }], '80/TCP', 'blocked'],
    [[{ destinationNamedPort: 'http' }], '81/TCP', 'allowed'],
    [[{ quic: {} }], '80/UDP', 'unknown'],
  ])('denies on protocols %j at %s: %s', (protocols, port, expected) => {
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Admin', 1], { ...deny, protocols })] }, port)).toBe(expected);
  });

  it('does not guess at an action or a field that it does not know', () => {
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Admin', 1], { action: 'Audit', from: [everyone] })] })).toBe('unknown');
    const odd = { ...accept, users: ['x'] };
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Admin', 1], odd)], NetworkPolicy: [closed] })).toBe('unknown');
  });

  it('keeps a block that a doubtful rule could only confirm', () => {
    const odd = { ...deny, users: ['x'] };
    expect(verdict({ ClusterNetworkPolicy: [policy('a', ['Admin', 1], odd)], NetworkPolicy: [closed] })).toBe('blocked');
  });
});
