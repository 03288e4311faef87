const labels = (value: string) => ({ matchLabels: { team: value } });
const ofApp = { matchExpressions: [{ key: 'app', operator: 'In', values: ['p'] }] };
const denyFromA = { action: 'Deny', from: [{ namespaces: labels('a') }] };
const everyone = { subject: { namespaces: {} } };

/** Policies that each decide what a/p may send to b/p, so that each of their fields is needed for a verdict. */
export const samples: readonly [what: string, kind: string, spec: unknown][] = [
  [
    'peers and blocks of a NetworkPolicy',
    'NetworkPolicy',
    {
      podSelector: { matchLabels: { app: 'p' } },
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ namespaceSelector: labels('a'), podSelector: ofApp }], ports: [{ protocol: 'TCP', port: 80, endPort: 81 }] },
        { from: [{ ipBlock: { cidr: '10.0.5.0/24', except: ['10.0.5.9/32'] } }], ports: [{ port: 'http' }] },
      ],
    },
  ],
  [
    'pods of an AdminNetworkPolicy',
    'AdminNetworkPolicy',
    {
      priority: 1,
      subject: { pods: { namespaceSelector: labels('b'), podSelector: { matchLabels: { app: 'p' } } } },
      ingress: [
        {
          action: 'Deny',
          from: [{ pods: { namespaceSelector: labels('a'), podSelector: ofApp } }],
          ports: [{ portNumber: { protocol: 'TCP', port: 80 } }],
        },
      ],
    },
  ],
  [
    'networks of an AdminNetworkPolicy',
    'AdminNetworkPolicy',
    {
      priority: 1,
      subject: { namespaces: labels('a') },
      egress: [{ action: 'Deny', to: [{ networks: ['10.0.0.0/8'] }], ports: [{ portRange: { protocol: 'TCP', start: 80, end: 90 } }] }],
    },
  ],
  [
    'a named port of an AdminNetworkPolicy',
    'AdminNetworkPolicy',
    { priority: 1, ...everyone, ingress: [{ ...denyFromA, ports: [{ namedPort: 'http' }] }] },
  ],
  ['namespaces of a BaselineAdminNetworkPolicy', 'BaselineAdminNetworkPolicy', { ...everyone, ingress: [denyFromA] }],
  [
    'a port of a ClusterNetworkPolicy',
    'ClusterNetworkPolicy',
    { tier: 'Admin', priority: 1, ...everyone, ingress: [{ ...denyFromA, protocols: [{ tcp: { destinationPort: { number: 80 } } }] }] },
  ],
  [
    'a range of ports of a ClusterNetworkPolicy',
    'ClusterNetworkPolicy',
    {
      tier: 'Baseline',
      priority: 1,
      ...everyone,
      ingress: [{ ...denyFromA, protocols: [{ tcp: { destinationPort: { range: { start: 80, end: 81 } } } }] }],
    },
  ],
  [
    'a Calico GlobalNetworkPolicy',
    'CalicoGlobalNetworkPolicy',
    {
      order: 1,
      tier: 'default',
      selector: "app == 'p'",
      namespaceSelector: "team == 'b'",
      types: ['Ingress'],
      ingress: [
        {
          action: 'Deny',
          protocol: 'TCP',
          source: { selector: "app == 'p'", namespaceSelector: "team == 'a'", nets: ['10.0.0.0/8'], notNets: ['10.9.0.0/16'] },
          destination: { ports: [80, '81:90'], notPorts: [22] },
        },
      ],
    },
  ],
  [
    'endpoints and ports of a CiliumNetworkPolicy',
    'CiliumNetworkPolicy',
    {
      endpointSelector: { matchLabels: { app: 'p' } },
      ingress: [
        {
          fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'a', app: 'p' } }],
          toPorts: [{ ports: [{ port: '80', endPort: 81, protocol: 'TCP' }] }],
        },
      ],
    },
  ],
  [
    'entities of a CiliumNetworkPolicy',
    'CiliumNetworkPolicy',
    { endpointSelector: ofApp, enableDefaultDeny: { ingress: true, egress: false }, ingress: [{ fromEntities: ['cluster'] }] },
  ],
  [
    'a deny of a CiliumNetworkPolicy',
    'CiliumNetworkPolicy',
    {
      endpointSelector: {},
      enableDefaultDeny: { ingress: false },
      ingressDeny: [{ fromEntities: ['cluster'], toPorts: [{ ports: [{ port: '80' }] }] }],
    },
  ],
  [
    'CIDRs of a CiliumClusterwideNetworkPolicy',
    'CiliumClusterwideNetworkPolicy',
    { endpointSelector: {}, egress: [{ toCIDRSet: [{ cidr: '10.0.0.0/8', except: ['10.0.1.0/24'] }] }] },
  ],
];
