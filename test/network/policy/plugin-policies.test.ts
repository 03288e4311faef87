import { describe, expect, it } from 'vitest';
import { calicoSelector } from '../../../src/network/policy/calico-selector.ts';
import { knownLabels } from '../../../src/network/policy/selector.ts';
import { ask, custom, netpol, world } from './support.ts';

type Spec = Record<string, unknown>;

const closed = netpol('shop/closed', { podSelector: {} });
const openAll = netpol('shop/open', { podSelector: {}, ingress: [{}] });

describe('calicoSelector', () => {
  const labels = knownLabels({ app: 'web', tier: 'front-end', 'a.b/c': 'x' });

  it.each([
    ['', true],
    ['all()', true],
    ["app == 'web'", true],
    ['app == "web"', true],
    ["app=='api'", false],
    ["app != 'api'", true],
    ["absent != 'api'", true],
    ["absent == 'api'", false],
    ['has(app)', true],
    ['!has(app)', false],
    ['! has(absent)', true],
    ["app in {'api', 'web'}", true],
    ["app in { 'api' }", false],
    ["app not in {'api'}", true],
    ["absent not in {'api'}", true],
    ["tier contains 'nt-e'", true],
    ["tier starts with 'front'", true],
    ["tier ends with 'back'", false],
    ["app == 'web' && has(tier)", true],
    ["app == 'api' || has(tier)", true],
    ["app == 'api' && has(tier) || has(app)", true],
    ["app == 'api' && (has(tier) || has(app))", false],
    ["!(app == 'api') && a.b/c == 'x'", true],
  ])('%s is %s', (text, expected) => {
    expect(calicoSelector(text)?.matches(labels)).toBe(expected);
  });

  it.each(["app = 'web'", 'app == web', "app == 'web' &&", '(all()', 'global()', 'has()', "in {'a'}", '===', "app ~ 'x'", "app == 'web"])(
    'does not understand %s',
    (text) => {
      expect(calicoSelector(text)).toBeUndefined();
    },
  );
});

describe('Calico policies', () => {
  const policy = (name: string, spec: Spec) => custom(name, spec);
  const web = "app == 'web'";
  const under = (policies: Parameters<typeof world>[0]['policies'], from = 'bank/web', port?: string) =>
    ask(world({ policies: policies ?? {} }), from, 'shop/web', port);
  const one = (spec: Spec, from?: string, port?: string) =>
    under({ CalicoNetworkPolicy: [policy('shop/c', { selector: web, ...spec })] }, from, port).verdict;

  it('leaves out what its API server translates from Kubernetes policies that were read themselves', () => {
    const toPods = { namespaceSelector: 'all()', selector: "projectcalico.org/orchestrator == 'k8s'" };
    const mirrors = {
      CalicoNetworkPolicy: [
        policy('shop/knp.default.closed', { order: 1000, tier: 'default', selector: toPods.selector, types: ['Ingress'] }),
      ],
      CalicoGlobalNetworkPolicy: [
        policy('kanp.adminnetworkpolicy.no-api', { order: 1, tier: 'adminnetworkpolicy', ...toPods, ingress: [{ action: 'Pass' }] }),
        policy('kbanp.baselineadminnetworkpolicy.default', {
          order: 1,
          tier: 'baselineadminnetworkpolicy',
          ...toPods,
          ingress: [{ action: 'Deny' }],
        }),
        policy('kcnp.kube-admin.no-api', { order: 1, tier: 'kube-admin', ...toPods, ingress: [{ action: 'Deny' }] }),
      ],
    };
    const everyone = { subject: { namespaces: {} } };
    const originals = {
      NetworkPolicy: [closed],
      AdminNetworkPolicy: [custom('no-api', { priority: 1, ...everyone, ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] })],
      BaselineAdminNetworkPolicy: [custom('default', { ...everyone })],
      ClusterNetworkPolicy: [custom('no-api', { tier: 'Admin', priority: 2, ...everyone })],
    };
    expect(under({ ...originals, ...mirrors })).toMatchObject({ verdict: 'blocked', ingress: { policies: ['AdminNetworkPolicy/no-api'] } });
    expect(under({ CalicoNetworkPolicy: mirrors.CalicoNetworkPolicy })).toMatchObject({
      verdict: 'blocked',
      ingress: { policies: ['shop/knp.default.closed'] },
    });
  });

  it('isolates what it selects and names itself', () => {
    expect(under({ CalicoNetworkPolicy: [policy('shop/c', { selector: web, types: ['Ingress'] })] })).toMatchObject({
      verdict: 'blocked',
      ingress: { policies: ['shop/c'] },
    });
    expect(under({ CalicoGlobalNetworkPolicy: [policy('g', { selector: web, types: ['Ingress'] })] }).ingress.policies).toEqual([
      'GlobalNetworkPolicy/g',
    ]);
  });

  it('leaves alone what it does not select', () => {
    expect(one({ selector: "app == 'other'", types: ['Ingress'] })).toBe('allowed');
    expect(one({ types: ['Egress'], egress: [] })).toBe('allowed');
  });

  it.each<[rule: Spec, from: string, port: string, verdict: string]>([
    [{ action: 'Allow' }, 'bank/web', '80', 'allowed'],
    [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80] } }, 'bank/web', '80', 'allowed'],
    [{ action: 'Allow', protocol: 'TCP', destination: { ports: ['70:90'] } }, 'bank/web', '80', 'allowed'],
    [{ action: 'Allow', protocol: 'TCP', destination: { ports: ['http'] } }, 'bank/web', '80', 'allowed'],
    [{ action: 'Allow', protocol: 6, destination: { ports: [81] } }, 'bank/web', '80', 'blocked'],
    [{ action: 'Allow', protocol: 'UDP' }, 'bank/web', '80', 'blocked'],
    [{ action: 'Allow', notProtocol: 'UDP' }, 'bank/web', '80', 'allowed'],
    [{ action: 'Allow', protocol: 'TCP', destination: { notPorts: [80] } }, 'bank/web', '80', 'blocked'],
    [{ action: 'Allow', source: { selector: "app == 'api'" } }, 'shop/api', '80', 'allowed'],
    [{ action: 'Allow', source: { selector: "app == 'web'" } }, 'bank/web', '80', 'blocked'],
    [{ action: 'Allow', source: { selector: "app == 'web'", namespaceSelector: "team == 'blue'" } }, 'bank/web', '80', 'allowed'],
    [{ action: 'Allow', source: { namespaceSelector: "projectcalico.org/name == 'bank'" } }, 'bank/web', '80', 'allowed'],
    [{ action: 'Allow', source: { notSelector: "app == 'api'" } }, 'shop/api', '80', 'blocked'],
    [{ action: 'Allow', source: { nets: ['8.0.0.0/8'] } }, '8.8.8.8', '80', 'allowed'],
    [{ action: 'Allow', source: { nets: ['8.0.0.0/8'], notNets: ['8.8.0.0/16'] } }, '8.8.8.8', '80', 'blocked'],
    [{ action: 'Allow', source: { selector: 'all()' } }, '8.8.8.8', '80', 'unknown'],
    [{ action: 'Allow', source: { serviceAccounts: { names: ['x'] } } }, 'shop/api', '80', 'blocked'],
    [{ action: 'Allow', source: { serviceAccounts: { selector: 'all()' } } }, 'shop/api', '80', 'unknown'],
    [{ action: 'Allow', source: { ports: [1234] }, protocol: 'TCP' }, 'bank/web', '80', 'unknown'],
    [{ action: 'Allow', http: { methods: ['GET'] } }, 'bank/web', '80', 'unknown'],
    [{ action: 'Allow', protocol: 'ICMP', icmp: { type: 8 } }, 'bank/web', '80', 'blocked'],
    [{ action: 'Log' }, 'bank/web', '80', 'blocked'],
  ])('judges %j from %s at %s: %s', (...[rule, from, port, verdict]) => {
    expect(one({ types: ['Ingress'], ingress: [rule] }, from, port)).toBe(verdict);
  });

  it('takes the first rule that matches', () => {
    expect(one({ ingress: [{ action: 'Deny' }, { action: 'Allow' }] })).toBe('blocked');
    expect(one({ ingress: [{ action: 'Log' }, { action: 'Allow' }, { action: 'Deny' }] })).toBe('allowed');
  });

  it('stands among NetworkPolicies by its order', () => {
    const deny = (order: number) => policy('shop/c', { selector: web, order, ingress: [{ action: 'Deny' }] });
    expect(under({ CalicoNetworkPolicy: [deny(10)], NetworkPolicy: [openAll] }).verdict).toBe('blocked');
    expect(under({ CalicoNetworkPolicy: [deny(2000)], NetworkPolicy: [openAll] }).verdict).toBe('allowed');
    const allow = policy('shop/c', { selector: web, order: 2000, ingress: [{ action: 'Allow' }] });
    expect(under({ CalicoNetworkPolicy: [allow], NetworkPolicy: [closed] }).verdict).toBe('allowed');
  });

  it('goes through tiers by their order and passes on', () => {
    const early = policy('early.p', {
      tier: 'early',
      selector: 'all()',
      types: ['Ingress'],
      ingress: [{ action: 'Pass', source: { selector: 'all()' } }],
    });
    const tier = custom('early', { order: 10 });
    expect(under({ CalicoGlobalNetworkPolicy: [early], CalicoTier: [tier] }).verdict).toBe('allowed');
    expect(under({ CalicoGlobalNetworkPolicy: [early], CalicoTier: [tier], NetworkPolicy: [closed] }).verdict).toBe('blocked');
    expect(
      under({
        CalicoGlobalNetworkPolicy: [custom('early.p', { tier: 'early', selector: 'all()', types: ['Ingress'] })],
        CalicoTier: [tier],
      }).verdict,
    ).toBe('blocked');
    const lenient = custom('early', { order: 10, defaultAction: 'Pass' });
    expect(
      under({
        CalicoGlobalNetworkPolicy: [custom('early.p', { tier: 'early', selector: 'all()', types: ['Ingress'] })],
        CalicoTier: [lenient],
      }).verdict,
    ).toBe('allowed');
  });

  it('does not guess the order of a tier that was not read', () => {
    const early = policy('early.p', { tier: 'early', selector: 'all()', ingress: [{ action: 'Allow' }] });
    expect(under({ CalicoGlobalNetworkPolicy: [early], NetworkPolicy: [closed] }).verdict).toBe('unknown');
  });

  it('is unknown, and named, where its own selector is not understood', () => {
    const result = under({ CalicoNetworkPolicy: [policy('shop/c', { selector: "app ~ 'w'", types: ['Ingress'] })] });
    expect(result.ingress).toMatchObject({ verdict: 'unknown', policies: ['shop/c'] });
  });

  it('leaves policies before NAT to the hosts', () => {
    expect(
      under({
        CalicoGlobalNetworkPolicy: [policy('g', { selector: 'all()', preDNAT: true, applyOnForward: true, ingress: [{ action: 'Deny' }] })],
      }).verdict,
    ).toBe('allowed');
  });

  it('leaves its order beside an AdminNetworkPolicy open', () => {
    const admin = custom('a', { priority: 1, subject: { namespaces: {} }, ingress: [{ action: 'Allow', from: [{ namespaces: {} }] }] });
    const deny = policy('shop/c', { selector: web, ingress: [{ action: 'Deny' }] });
    expect(under({ AdminNetworkPolicy: [admin], CalicoNetworkPolicy: [deny] }).verdict).toBe('unknown');
  });
});

describe('Cilium policies', () => {
  const selectWeb = { endpointSelector: { matchLabels: { app: 'web' } } };
  const one = (spec: Spec, from = 'bank/web', port?: string) =>
    ask(world({ policies: { CiliumNetworkPolicy: [custom('shop/c', { ...selectWeb, ...spec })] } }), from, 'shop/web', port);

  it.each<[what: string, spec: Spec, from: string, port: string, verdict: string]>([
    ['an empty rule is default deny', { ingress: [{}] }, 'bank/web', '80', 'blocked'],
    ['no section leaves the direction open', {}, 'bank/web', '80', 'allowed'],
    ['egress only leaves ingress open', { egress: [{}] }, 'bank/web', '80', 'allowed'],
    [
      'enableDefaultDeny false does not isolate',
      { enableDefaultDeny: { ingress: false }, ingress: [{ fromEndpoints: [{}] }] },
      'bank/web',
      '80',
      'allowed',
    ],
    ['endpoints stay in the namespace', { ingress: [{ fromEndpoints: [{}] }] }, 'bank/web', '80', 'blocked'],
    ['and are all of it', { ingress: [{ fromEndpoints: [{}] }] }, 'shop/api', '80', 'allowed'],
    ['an empty list of endpoints is nobody', { ingress: [{ fromEndpoints: [] }] }, 'shop/api', '80', 'blocked'],
    [
      'unless they name another',
      { ingress: [{ fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'bank', 'k8s:app': 'web' } }] }] },
      'bank/web',
      '80',
      'allowed',
    ],
    [
      'or its labels',
      { ingress: [{ fromEndpoints: [{ matchLabels: { 'io.cilium.k8s.namespace.labels.team': 'blue' } }] }] },
      'bank/ledger',
      '80',
      'allowed',
    ],
    [
      'ports alone are open to anyone',
      { ingress: [{ toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] }] },
      'bank/web',
      '80',
      'allowed',
    ],
    ['other ports are not', { ingress: [{ toPorts: [{ ports: [{ port: '81' }] }] }] }, 'bank/web', '80', 'blocked'],
    ['a port without protocol is any', { ingress: [{ toPorts: [{ ports: [{ port: '80' }] }] }] }, 'bank/web', '80/UDP', 'allowed'],
    ['port ranges', { ingress: [{ toPorts: [{ ports: [{ port: '70', endPort: 90 }] }] }] }, 'bank/web', '80', 'allowed'],
    ['named ports', { ingress: [{ toPorts: [{ ports: [{ port: 'http' }] }] }] }, 'bank/web', '80', 'allowed'],
    ['CIDRs are hosts outside', { ingress: [{ fromCIDR: ['8.0.0.0/8'] }] }, '8.8.8.8', '80', 'allowed'],
    ['and never pods', { ingress: [{ fromCIDR: ['10.0.0.0/8'] }] }, 'bank/web', '80', 'blocked'],
    ['with exceptions', { ingress: [{ fromCIDRSet: [{ cidr: '8.0.0.0/8', except: ['8.8.0.0/16'] }] }] }, '8.8.8.8', '80', 'blocked'],
    ['a CIDR over a node is a setting', { ingress: [{ fromCIDR: ['192.168.0.0/16'] }] }, '192.168.1.2', '80', 'unknown'],
    ['entity cluster', { ingress: [{ fromEntities: ['cluster'] }] }, 'bank/web', '80', 'allowed'],
    ['entity cluster is not outside', { ingress: [{ fromEntities: ['cluster'] }] }, '8.8.8.8', '80', 'blocked'],
    ['entity world', { ingress: [{ fromEntities: ['world'] }] }, '8.8.8.8', '80', 'allowed'],
    ['entity all', { ingress: [{ fromEntities: ['all'] }] }, '192.168.1.2', '80', 'allowed'],
    ['entity kube-apiserver is not looked up', { ingress: [{ fromEntities: ['kube-apiserver'] }] }, '192.168.1.2', '80', 'unknown'],
    [
      'a deny wins over an allow',
      { ingressDeny: [{ fromEndpoints: [{}] }], ingress: [{ fromEntities: ['all'] }] },
      'shop/api',
      '80',
      'blocked',
    ],
    [
      'and leaves the others',
      { ingressDeny: [{ fromEndpoints: [{}] }], ingress: [{ fromEntities: ['all'] }] },
      'bank/web',
      '80',
      'allowed',
    ],
    [
      'layer 7 is not evaluated',
      { ingress: [{ toPorts: [{ ports: [{ port: '80' }], rules: { http: [{}] } }] }] },
      'bank/web',
      '80',
      'unknown',
    ],
    [
      'nor does it matter on another port',
      { ingress: [{ toPorts: [{ ports: [{ port: '81' }], rules: { http: [{}] } }] }] },
      'bank/web',
      '80',
      'blocked',
    ],
    ['requirements are not evaluated', { ingress: [{ fromRequires: [{}], fromEndpoints: [{}] }] }, 'shop/api', '80', 'unknown'],
    ['ICMP rules let no port in', { ingress: [{ icmps: [{ fields: [] }] }] }, 'bank/web', '80', 'blocked'],
  ])('%s', (...[, spec, from, port, verdict]) => {
    expect(one(spec, from, port).verdict).toBe(verdict);
  });

  it('names the policy that leaves it open', () => {
    const egress = { egress: [{ toFQDNs: [{ matchName: 'example.org' }] }] };
    const result = ask(
      world({ policies: { CiliumNetworkPolicy: [custom('shop/c', { ...selectWeb, ...egress })] } }),
      'shop/web',
      '8.8.8.8',
    );
    expect(result).toMatchObject({
      verdict: 'unknown',
      egress: { verdict: 'unknown', policies: ['shop/c'], why: expect.stringContaining('toFQDNs') },
    });
  });

  it('adds up with NetworkPolicies, and its deny wins over them', () => {
    const allow = custom('shop/c', { ...selectWeb, ingress: [{ fromEntities: ['all'] }] });
    expect(ask(world({ policies: { CiliumNetworkPolicy: [allow], NetworkPolicy: [closed] } }), 'bank/web', 'shop/web').verdict).toBe(
      'allowed',
    );
    const deny = custom('shop/c', { ...selectWeb, ingressDeny: [{ fromEntities: ['all'] }] });
    expect(ask(world({ policies: { CiliumNetworkPolicy: [deny], NetworkPolicy: [openAll] } }), 'bank/web', 'shop/web').verdict).toBe(
      'blocked',
    );
  });

  it('keeps the block of NetworkPolicy under a doubtful deny, and not under a doubtful allow', () => {
    const layer7 = [{ toPorts: [{ ports: [{ port: '80' }], rules: { http: [{}] } }] }];
    const under = (spec: Spec) =>
      ask(
        world({ policies: { CiliumNetworkPolicy: [custom('shop/c', { ...selectWeb, ...spec })], NetworkPolicy: [closed] } }),
        'bank/web',
        'shop/web',
      ).verdict;
    expect([under({ ingressDeny: layer7 }), under({ ingress: layer7 })]).toEqual(['blocked', 'unknown']);
  });

  it('reads clusterwide policies and lists of specs', () => {
    const policy = { ...custom('c', {}), spec: undefined, specs: [{ ...selectWeb, ingress: [{ fromEndpoints: [{}] }] }] };
    const index = world({ policies: { CiliumClusterwideNetworkPolicy: [policy] } });
    expect(ask(index, 'bank/web', 'shop/web')).toMatchObject({
      verdict: 'allowed',
      ingress: { policies: ['CiliumClusterwideNetworkPolicy/c'] },
    });
    expect(ask(index, '192.168.1.2', 'shop/web').verdict).toBe('unknown');
  });

  it('does not judge nodes that a host policy takes', () => {
    const host = custom('h', { nodeSelector: { matchLabels: { zone: 'b' } }, ingress: [{}] });
    const index = world({ policies: { CiliumClusterwideNetworkPolicy: [host] } });
    expect(ask(index, 'shop/web', '192.168.1.2').ingress).toMatchObject({
      verdict: 'unknown',
      policies: ['CiliumClusterwideNetworkPolicy/h'],
    });
    expect(ask(index, 'shop/web', '192.168.1.1').ingress.verdict).toBe('allowed');
    expect(ask(index, 'bank/web', 'shop/web').verdict).toBe('allowed');
  });
});

describe('Antrea policies', () => {
  const under = (spec: Spec, core = openAll) =>
    ask(
      world({
        policies: {
          AntreaNetworkPolicy: [custom('shop/a', { appliedTo: [{ podSelector: { matchLabels: { app: 'web' } } }], ...spec })],
          NetworkPolicy: [core],
        },
      }),
      'bank/web',
      'shop/web',
    );

  it('are named and leave open what they could change', () => {
    expect(under({ ingress: [{ action: 'Drop', from: [{}] }] }).ingress).toMatchObject({
      verdict: 'unknown',
      policies: ['shop/a', 'shop/open'],
    });
    expect(under({ ingress: [{ action: 'Allow', from: [{}] }] }, closed).verdict).toBe('unknown');
  });

  it('leave standing what they could only confirm', () => {
    expect(under({ ingress: [{ action: 'Drop', from: [{}] }] }, closed).verdict).toBe('blocked');
    expect(under({ ingress: [{ action: 'Allow', from: [{}] }] }).verdict).toBe('allowed');
  });

  it('in the baseline tier come after NetworkPolicy', () => {
    expect(under({ tier: 'baseline', ingress: [{ action: 'Drop', from: [{}] }] }).verdict).toBe('allowed');
  });

  it('say nothing of other pods and directions', () => {
    expect(under({ appliedTo: [{ podSelector: { matchLabels: { app: 'other' } } }], ingress: [{ action: 'Drop' }] }).verdict).toBe(
      'allowed',
    );
    expect(under({ egress: [{ action: 'Drop' }] }).verdict).toBe('allowed');
  });
});
