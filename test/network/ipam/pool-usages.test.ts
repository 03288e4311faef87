import { describe, expect, it, test } from 'vitest';
import { judgeFull, judgeUsage } from '../../../src/network/ipam/judge-usage.ts';
import { eniLimitOf } from '../../../src/network/ipam/eni-limits.ts';
import { maxPodsUsage } from '../../../src/network/ipam/max-pods.ts';
import { poolUsages } from '../../../src/network/ipam/pool-usages.ts';
import { inputs, node, object, pod, pods } from './inputs.ts';

const withCidr = (podCIDRs: string[]) => [node('a', { spec: { podCIDRs } })];

describe("host-local, from the node's pod CIDR", () => {
  it('a /24 has 253 addresses for pods', () => {
    const [usage] = poolUsages(inputs({ plugin: 'flannel', nodes: withCidr(['10.244.1.0/24']), pods: pods(58, '10.244.1.') }));

    expect(usage).toMatchObject({
      capacity: 253,
      livePods: 58,
      used: null,
      facts: 'live pods of node a hold 58 of the 253 pod addresses of 10.244.1.0/24',
    });
  });

  it('a range called full with few live pods leaks, one full of live pods is exhausted', () => {
    const of = (count: number) =>
      poolUsages(inputs({ plugin: 'kindnet', nodes: withCidr(['10.244.1.0/26']), pods: pods(count, '10.244.1.') }))[0];

    expect([of(20), of(58)].map((usage) => (usage === undefined ? null : judgeFull(usage)))).toEqual(['leaking', 'exhausted']);
    expect([of(20), of(58)].map((usage) => (usage === undefined ? null : judgeUsage(usage)))).toEqual(['unknown', 'exhausted']);
  });

  it('counts only live pods of this node with addresses of their own', () => {
    const all = [
      pod('live', '10.244.1.5'),
      pod('elsewhere', '10.244.1.6', { node: 'b' }),
      pod('done', '10.244.1.7', { phase: 'Succeeded' }),
      pod('going', '10.244.1.8', { terminating: true }),
      pod('host', '192.168.0.4', { hostNetwork: true }),
      pod('older-cni', '172.17.0.2'),
    ];

    expect(poolUsages(inputs({ plugin: 'flannel', nodes: withCidr(['10.244.1.0/24']), pods: all }))[0]).toMatchObject({ livePods: 1 });
  });

  it('each family is a range of its own', () => {
    const usages = poolUsages(inputs({ plugin: 'kindnet', nodes: withCidr(['10.244.1.0/24', 'fd00:1::/120']) }));

    expect(usages.map(({ family, capacity }) => [family, capacity])).toEqual([
      [4, 253],
      [6, 254],
    ]);
  });

  it("kube-router's annotation comes before the node's spec", () => {
    const nodes = [
      node('a', { metadata: { annotations: { 'kube-router.io/pod-cidrs': '10.9.0.0/25' } }, spec: { podCIDRs: ['10.244.1.0/24'] } }),
    ];

    expect(poolUsages(inputs({ plugin: 'kube-router', nodes }))[0]).toMatchObject({ cidr: '10.9.0.0/25', capacity: 125 });
  });

  it('nothing is counted of a node without a range, or with one that is none', () => {
    expect(poolUsages(inputs({ plugin: 'flannel' }))).toEqual([]);
    expect(poolUsages(inputs({ plugin: 'flannel', nodes: withCidr(['nonsense']) }))).toEqual([]);
  });
});

describe('Calico', () => {
  const pool = object('default', { spec: { cidr: '10.1.0.0/25', blockSize: 26 } });
  /** A block of 64 whose first `count` addresses belong to pods p0, p1, ... of that node. */
  const block = (cidr: string, owner: string | null, count: number) =>
    object(cidr.replaceAll(/[./]/g, '-'), {
      spec: {
        cidr,
        affinity: owner === null ? null : `host:${owner}`,
        allocations: Array.from({ length: 64 }, (_, index) => (index < count ? index : null)),
        attributes: Array.from({ length: count }, (_, index) => ({
          handle_id: `k8s-pod-network.${index}`,
          secondary: { pod: `${owner ?? 'x'}-${index}`, namespace: 'shop', node: owner ?? 'x' },
        })),
      },
    });
  const holders = (owner: string, count: number, prefix: string, first: number) =>
    Array.from({ length: count }, (_, index) => pod(`${owner}-${index}`, `${prefix}${first + index}`, { node: owner }));
  const full = [...holders('a', 64, '10.1.0.', 0), ...holders('b', 64, '10.1.0.', 64)];
  const strict = [object('default', { spec: { strictAffinity: true } })];

  it('a pool whose every address a live pod holds is exhausted', () => {
    const objects = { CalicoIPPool: [pool], CalicoIPAMBlock: [block('10.1.0.0/26', 'a', 64), block('10.1.0.64/26', 'b', 64)] };
    const [usage] = poolUsages(inputs({ plugin: 'calico', objects, pods: full }));

    expect(usage).toMatchObject({
      scope: 'pool',
      name: 'default',
      capacity: 128,
      used: 128,
      livePods: 128,
      free: 0,
      exhaustedAs: 'pool-full',
      facts: '128 of 128 addresses of pool default (10.1.0.0/25) are given out, all of them to live pods',
    });
    expect(usage && judgeUsage(usage)).toBe('exhausted');
  });

  it('a pool whose records are full of pods that are gone leaks, with the names', () => {
    const objects = { CalicoIPPool: [pool], CalicoIPAMBlock: [block('10.1.0.0/26', 'a', 64), block('10.1.0.64/26', 'b', 64)] };
    const [usage] = poolUsages(inputs({ plugin: 'calico', objects, pods: full.slice(0, 40) }));

    expect(usage && judgeUsage(usage)).toBe('leaking');
    expect(usage?.leaked[0]).toEqual({ address: '10.1.0.40', owner: 'shop/a-40', why: 'the pod is gone' });
  });

  it('with strict affinity a node has nothing where all blocks are taken, though the pool has room', () => {
    const objects = {
      CalicoIPPool: [pool],
      CalicoIPAMBlock: [block('10.1.0.0/26', 'a', 64), block('10.1.0.64/26', 'b', 3)],
      CalicoIPAMConfig: strict,
    };
    const [reach, whole] = poolUsages(inputs({ plugin: 'calico', objects, pods: full }));

    expect(reach).toMatchObject({
      scope: 'node',
      name: 'a',
      free: 0,
      blockedBy: 'strict-affinity',
      exhaustedAs: 'no-block-available',
      livePods: 64,
    });
    expect(reach && judgeUsage(reach)).toBe('exhausted');
    expect(whole && judgeUsage(whole)).toBe('free');
  });

  it('without strict affinity the node borrows from the other block', () => {
    const objects = { CalicoIPPool: [pool], CalicoIPAMBlock: [block('10.1.0.0/26', 'a', 64), block('10.1.0.64/26', 'b', 3)] };

    expect(poolUsages(inputs({ plugin: 'calico', objects, pods: full })).map((usage) => judgeUsage(usage))).toEqual(['free']);
  });

  it('a node that has as many blocks as it may is told so', () => {
    const wide = object('default', { spec: { cidr: '10.1.0.0/24', blockSize: 26 } });
    const config = [object('default', { spec: { strictAffinity: true, maxBlocksPerHost: 1 } })];
    const objects = { CalicoIPPool: [wide], CalicoIPAMBlock: [block('10.1.0.0/26', 'a', 64)], CalicoIPAMConfig: config };

    expect(poolUsages(inputs({ plugin: 'calico', objects, pods: full }))[0]).toMatchObject({ blockedBy: 'max-blocks' });
  });

  it.each([
    ['disabled', { disabled: true }],
    ['node-selector', { nodeSelector: "zone == 'east'" }],
  ])('a node whose only pool is closed to it (%s) has no block to use', (blockedBy, more) => {
    const closed = object('default', { spec: { cidr: '10.1.0.0/24', ...more } });
    const [usage] = poolUsages(inputs({ plugin: 'calico', objects: { CalicoIPPool: [closed], CalicoIPAMBlock: [] } }));

    expect(usage).toMatchObject({ blockedBy, exhaustedAs: 'no-block-available' });
    expect(usage && judgeUsage(usage)).toBe('exhausted');
  });

  it('a pool for load balancers or of manual assignment is not counted', () => {
    const pools = [
      object('lb', { spec: { cidr: '10.2.0.0/24', allowedUses: ['LoadBalancer'] } }),
      object('manual', { spec: { cidr: '10.3.0.0/24', assignmentMode: 'Manual' } }),
    ];

    expect(poolUsages(inputs({ plugin: 'calico', objects: { CalicoIPPool: pools, CalicoIPAMBlock: [] } }))).toEqual([]);
  });

  it('tunnel addresses and reservations are neither pods nor leaks', () => {
    const tunnel = object('b', {
      spec: {
        cidr: '10.1.0.0/26',
        affinity: 'host:a',
        allocations: [0, null],
        attributes: [{ handle_id: 'vxlan-tunnel-addr-a', secondary: { node: 'a', type: 'vxlanTunnelAddress' } }],
      },
    });
    const objects = {
      CalicoIPPool: [pool],
      CalicoIPAMBlock: [tunnel],
      CalicoIPReservation: [object('r', { spec: { reservedCIDRs: ['10.1.0.64/30'] } })],
    };

    expect(poolUsages(inputs({ plugin: 'calico', objects }))[0]).toMatchObject({ used: 0, reserved: 5, free: 123, leaked: [] });
  });

  it("a StatefulSet's pod that came back with another address leaves a leak behind", () => {
    const twice = object('b', {
      spec: {
        cidr: '10.1.0.0/26',
        affinity: 'host:a',
        allocations: [0, 1],
        attributes: [
          { handle_id: 'old', secondary: { pod: 'db-0', namespace: 'shop', node: 'a' } },
          { handle_id: 'new', secondary: { pod: 'db-0', namespace: 'shop', node: 'a' } },
        ],
      },
    });
    const [usage] = poolUsages(
      inputs({ plugin: 'calico', objects: { CalicoIPPool: [pool], CalicoIPAMBlock: [twice] }, pods: [pod('db-0', '10.1.0.0')] }),
    );

    expect(usage?.leaked).toEqual([{ address: '10.1.0.1', owner: 'shop/db-0', why: 'the pod has 10.1.0.0' }]);
  });

  it('an address that its pod really holds is no leak, though the record names another node', () => {
    const stale = object('b', {
      spec: {
        cidr: '10.1.0.0/26',
        affinity: 'host:a',
        allocations: [0],
        attributes: [{ handle_id: 'x', secondary: { pod: 'web', namespace: 'shop', node: 'template' } }],
      },
    });

    expect(
      poolUsages(
        inputs({ plugin: 'calico', objects: { CalicoIPPool: [pool], CalicoIPAMBlock: [stale] }, pods: [pod('web', '10.1.0.0')] }),
      )[0],
    ).toMatchObject({
      livePods: 1,
      leaked: [],
    });
  });

  it('without records (etcd, or not readable) nothing is counted', () => {
    expect(poolUsages(inputs({ plugin: 'calico', objects: { CalicoIPPool: [pool] } }))).toEqual([]);
  });

  it('counts 150,000 allocations of a pool with room without asking who holds each', () => {
    const cidrs = Array.from(
      { length: 2_400 },
      (_, index) => `10.${2 + Math.floor(index / 1024)}.${Math.floor((index % 1024) / 4)}.${(index % 4) * 64}/26`,
    );
    const CalicoIPAMBlock = cidrs.map((cidr, index) => block(cidr, `n${index}`, 64));
    const everyPod = cidrs.flatMap((_, index) =>
      Array.from({ length: 64 }, (_, at) => pod(`n${index}-${at}`, '10.0.0.1', { node: `n${index}` })),
    );
    const objects = { CalicoIPPool: [object('p', { spec: { cidr: '10.0.0.0/8' } })], CalicoIPAMBlock };
    const usages = poolUsages(inputs({ plugin: 'calico', objects, pods: everyPod }));

    expect(usages[0]?.used).toBe(153_600);
  }, 20_000);
});

describe('Cilium', () => {
  it("a cluster pool's /24 has 252 addresses for pods", () => {
    const objects = { CiliumNode: [object('a', { spec: { ipam: { podCIDRs: ['10.0.1.0/24'] } } })] };

    expect(
      poolUsages(inputs({ plugin: 'cilium', settings: { ipam: 'cluster-pool' }, objects, pods: pods(5, '10.0.1.') }))[0],
    ).toMatchObject({ capacity: 252, livePods: 5 });
  });

  it('multi-pool lists the CIDRs of each pool', () => {
    const objects = { CiliumNode: [object('a', { spec: { ipam: { pools: { allocated: [{ pool: 'x', cidrs: ['10.5.0.0/27'] }] } } } })] };

    expect(poolUsages(inputs({ plugin: 'cilium', settings: { ipam: 'multi-pool' }, objects }))[0]).toMatchObject({
      cidr: '10.5.0.0/27',
      capacity: 28,
    });
  });

  it('a node that was given no CIDR at all, as the operator has none left, is exhausted', () => {
    const refused = (error: string) => ({
      CiliumNode: [object('a', { spec: { ipam: {} }, status: { ipam: { 'operator-status': { error } } } })],
    });
    const usagesOf = (error: string) =>
      poolUsages(inputs({ plugin: 'cilium', settings: { ipam: 'cluster-pool' }, objects: refused(error) }));

    const [usage] = usagesOf('allocator full');
    expect(usage).toMatchObject({ name: 'a', capacity: 0, free: 0, exhaustedAs: 'no-block-available', declaredFull: 'allocator full' });
    expect(usage && judgeUsage(usage)).toBe('exhausted');
    expect(usagesOf('Operation cannot be fulfilled on ciliumnodes.cilium.io: the object has been modified')).toEqual([]);
  });

  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
  const eni = (used: readonly string[], error?: string) => ({
    CiliumNode: [
      object('a', {
        spec: { ipam: { pool: Object.fromEntries(addresses.map((address) => [address, {}])) } },
        status: {
          ipam: {
            used: Object.fromEntries(used.map((address, index) => [address, { owner: `shop/p${index}` }])),
            ...(error === undefined ? {} : { 'operator-status': { error } }),
          },
        },
      }),
    ],
  });

  it('interfaces without a free address are exhausted when live pods hold them', () => {
    const [usage] = poolUsages(
      inputs({ plugin: 'cilium', settings: { ipam: 'eni' }, objects: eni(addresses), pods: pods(4, '10.0.0.', 1) }),
    );

    expect(usage).toMatchObject({ capacity: 4, used: 4, livePods: 4, free: 0, exhaustedAs: 'eni-limit' });
    expect(usage && judgeUsage(usage)).toBe('exhausted');
  });

  it('and leak when the pods are gone', () => {
    const [usage] = poolUsages(inputs({ plugin: 'cilium', settings: { ipam: 'eni' }, objects: eni(addresses) }));

    expect(usage && judgeUsage(usage)).toBe('leaking');
    expect(usage?.leaked).toHaveLength(4);
  });

  it("the operator's error is the proof of a full subnet", () => {
    const [usage] = poolUsages(
      inputs({
        plugin: 'cilium',
        settings: { ipam: 'eni' },
        objects: eni(addresses, 'InsufficientFreeAddressesInSubnet'),
        pods: pods(4, '10.0.0.', 1),
      }),
    );

    expect(usage).toMatchObject({ exhaustedAs: 'subnet-full', declaredFull: 'InsufficientFreeAddressesInSubnet' });
  });
});

describe('whereabouts', () => {
  const pool = object('192.168.2.0-29', {
    spec: {
      range: '192.168.2.0/29',
      allocations: Object.fromEntries([1, 2, 3, 4].map((offset) => [offset, { id: 'x', podref: `shop/p${offset}` }])),
    },
  });
  const reservation = (address: string, podref: string) => object(address, { spec: { containerid: 'x', podref } });

  it('allocations and reservations of pods that are gone are leaks', () => {
    const objects = {
      WhereaboutsIPPool: [pool],
      WhereaboutsOverlappingRangeIPReservation: [
        reservation('192.168.2.5', 'shop/old'),
        reservation('192.168.2.6', 'shop/old'),
        reservation('10.9.9.9', 'shop/old'),
      ],
    };
    const [usage] = poolUsages(inputs({ plugin: 'ovn-kubernetes', objects, pods: [pod('p1', '10.128.0.5')] }));

    expect(usage).toMatchObject({ scope: 'pool', capacity: 6, used: 6, livePods: 1, free: 0 });
    expect(usage && judgeUsage(usage)).toBe('leaking');
    expect(usage?.leaked.map(({ address }) => address)).toEqual([
      '192.168.2.2',
      '192.168.2.3',
      '192.168.2.4',
      '192.168.2.5',
      '192.168.2.6',
    ]);
  });

  it('a full pool of live pods is exhausted', () => {
    const live = [1, 2, 3, 4, 5, 6].map((index) => pod(`p${index}`, '10.128.0.5'));
    const all = object('p', {
      spec: {
        range: '192.168.2.0/29',
        allocations: Object.fromEntries([1, 2, 3, 4, 5, 6].map((offset) => [offset, { podref: `shop/p${offset}` }])),
      },
    });
    const [usage] = poolUsages(inputs({ plugin: 'ovn-kubernetes', objects: { WhereaboutsIPPool: [all] }, pods: live }));

    expect(usage && judgeUsage(usage)).toBe('exhausted');
  });
});

describe('Azure', () => {
  it('an overlay node has the addresses of its own range', () => {
    const config = object('a', {
      spec: { requestedIPCount: 16 },
      status: { networkContainers: [{ type: 'overlay', primaryIP: '10.244.3.0/24' }] },
    });

    expect(poolUsages(inputs({ plugin: 'azure', objects: { NodeNetworkConfig: [config] }, pods: pods(3, '10.244.3.') }))[0]).toMatchObject({
      capacity: 256,
      livePods: 3,
    });
  });

  it('a node of a virtual network has what was assigned to it', () => {
    const ipAssignments = ['10.1.0.4', '10.1.0.5'].map((ip) => ({ name: ip, ip }));
    const config = object('a', {
      spec: { requestedIPCount: 18 },
      status: { networkContainers: [{ type: 'vnet', primaryIP: '10.1.0.3', ipAssignments }] },
    });
    const waiting = pod('waiting', '', { addresses: [], phase: 'Pending' });
    const [usage] = poolUsages(
      inputs({ plugin: 'azure', objects: { NodeNetworkConfig: [config] }, pods: [...pods(2, '10.1.0.', 4), waiting] }),
    );

    expect(usage).toMatchObject({
      capacity: 2,
      livePods: 2,
      facts: '2 live pods of node a share the 2 addresses that Azure assigned to it, 18 are requested',
    });
    expect(usage && judgeUsage(usage)).toBe('exhausted');
  });

  it("Azure's own word proves a full subnet, however few pods there are", () => {
    const config = object('a', {
      status: {
        networkContainers: [{ type: 'vnet', subnetName: 'pods', subnetAddressSpace: '10.1.0.0/24', status: 'NCUpdateSubnetFullError' }],
      },
    });
    const usages = poolUsages(inputs({ plugin: 'azure', objects: { NodeNetworkConfig: [config] } }));

    expect(usages.map((usage) => [usage.scope, usage.exhaustedAs, judgeUsage(usage)])).toContainEqual([
      'subnet',
      'subnet-full',
      'exhausted',
    ]);
  });

  it('so does the state of the subnet', () => {
    const state = object('pods', { status: { exhausted: true } });

    expect(poolUsages(inputs({ plugin: 'azure', objects: { ClusterSubnetState: [state] } }))[0]).toMatchObject({
      scope: 'subnet',
      name: 'pods',
    });
  });
});

test("an Antrea pool's own counts are taken, and its owners are looked for", () => {
  const pool = object('east', {
    spec: { ipRanges: [{ start: '10.2.0.12', end: '10.2.0.13' }] },
    status: {
      usage: { total: 2, used: 2 },
      ipAddresses: ['10.2.0.12', '10.2.0.13'].map((ipAddress, index) => ({
        ipAddress,
        phase: 'Allocated',
        owner: { pod: { namespace: 'shop', name: `p${index}` } },
      })),
    },
  });
  const [usage] = poolUsages(inputs({ plugin: 'antrea', objects: { AntreaIPPool: [pool] } }));

  expect(usage).toMatchObject({ capacity: 2, used: 2, livePods: 0, free: 0 });
  expect(usage && judgeUsage(usage)).toBe('leaking');
});

describe('OVN-Kubernetes', () => {
  it.each([
    ['a list', '{"default":["10.128.0.0/23"]}', 508],
    ['a text', '{"default":"10.128.0.0/23"}', 508],
  ])('reads the subnet of the node, written as %s', (_, annotation, capacity) => {
    const nodes = [
      node('a', { metadata: { annotations: { 'k8s.ovn.org/node-subnets': annotation } }, spec: { podCIDRs: ['10.9.0.0/24'] } }),
    ];

    expect(poolUsages(inputs({ plugin: 'ovn-kubernetes', nodes }))).toMatchObject([{ cidr: '10.128.0.0/23', capacity }]);
  });

  it('a broken annotation is no range', () => {
    expect(
      poolUsages(
        inputs({ plugin: 'ovn-kubernetes', nodes: [node('a', { metadata: { annotations: { 'k8s.ovn.org/node-subnets': '{' } } })] }),
      ),
    ).toEqual([]);
  });
});

describe('AWS', () => {
  const nodes = [node('a', { metadata: { labels: { 'node.kubernetes.io/instance-type': 't3.small' } } })];

  it('the interfaces of a known instance type bound the addresses', () => {
    const [usage] = poolUsages(inputs({ plugin: 'aws-vpc', nodes, pods: pods(9, '10.0.1.') }));

    expect(usage).toMatchObject({ capacity: 9, livePods: 9, exhaustedAs: 'eni-limit' });
    expect(usage && judgeUsage(usage)).toBe('exhausted');
  });

  it('prefixes give sixteen for each, custom networking takes one interface', () => {
    const capacity = (settings: Record<string, string>) => poolUsages(inputs({ plugin: 'aws-vpc', nodes, settings }))[0]?.capacity;

    expect(capacity({ ENABLE_PREFIX_DELEGATION: 'true' })).toBe(144);
    expect(capacity({ AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: 'true' })).toBe(6);
  });

  it.each([
    ['m5.large', 3 * 9],
    ['m6i.4xlarge', 8 * 29],
    ['t3.medium', 3 * 5],
    ['c7g.medium', 2 * 3],
    ['r5.24xlarge', 15 * 49],
  ])('%s holds %i pod addresses', (type, expected) => {
    const limit = eniLimitOf(type);

    expect(limit === undefined ? undefined : limit.enis * (limit.addressesPerEni - 1)).toBe(expected);
  });

  it.each(['p5.48xlarge', 'c6in.32xlarge', 'u-6tb1.metal', 'm5.metal', 'nonsense', ''])('an unknown type is not computed: "%s"', (type) => {
    expect(eniLimitOf(type)).toBeUndefined();
  });
});

test("the kubelet's own limit counts every pod that is not finished", () => {
  const nodes = [node('a', { status: { allocatable: { pods: '3' } } })];
  const all = [pod('a', '10.0.0.1'), pod('h', '192.168.0.4', { hostNetwork: true }), pod('d', '10.0.0.2', { phase: 'Failed' })];

  expect(maxPodsUsage(inputs({ nodes, pods: all }))).toMatchObject({
    capacity: 3,
    used: 2,
    free: 1,
    exhaustedAs: 'max-pods-reached',
    facts: 'node a runs 2 of the 3 pods that its kubelet takes',
  });
  expect(maxPodsUsage(inputs({}))).toBeUndefined();
});

test('records of any shape are read without a fault', () => {
  const odd = [
    object('a', {
      spec: { cidr: 5, ipam: [], range: {}, allocations: 'x', attributes: null, ipRanges: [null] },
      status: { usage: 'x', ipam: null, networkContainers: [null, 3], ipAddresses: {} },
    }),
    {},
  ];
  const objects = {
    CalicoIPPool: odd,
    CalicoIPAMBlock: odd,
    CiliumNode: odd,
    WhereaboutsIPPool: odd,
    WhereaboutsOverlappingRangeIPReservation: odd,
    NodeNetworkConfig: odd,
    AntreaIPPool: odd,
  };

  for (const plugin of ['calico', 'cilium', 'azure', 'antrea', 'ovn-kubernetes', 'aws-vpc'] as const) {
    expect(() => poolUsages(inputs({ plugin, objects }))).not.toThrow();
  }
});
