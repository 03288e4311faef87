import { describe, expect, it, test } from 'vitest';
import type { ConfigMap, CustomObject, DaemonSet, Node } from '../../../src/cluster/wire.ts';
import { imageVersion } from '../../../src/network/cni/match-daemon-set.ts';
import { nodeNetworkCondition } from '../../../src/network/cni/node-condition.ts';
import { enforcesPolicy, needsPodCidr, recognisePlugins } from '../../../src/network/cni/recognise.ts';
import type { InstalledPlugins } from '../../../src/network/cni/recognised.ts';
import type { PluginId } from '../../../src/network/cni/plugin.ts';
import { samples } from '../../contract/cni-samples/index.ts';
import { daemonSet } from '../../contract/cni-samples/sample.ts';

const nodes: readonly Node[] = ['a', 'b'].map((name) => ({ metadata: { name, labels: { 'kubernetes.io/os': 'linux' } } }));

function agentOf(id: PluginId): DaemonSet {
  const agent = samples[id].daemonSet;
  if (agent === null) throw new Error(`${id} has no DaemonSet`);
  return structuredClone(agent);
}

function configMap(name: string, data: Record<string, string>, namespace = 'kube-system'): ConfigMap {
  return { metadata: { name, namespace }, data };
}

function withEnvironment(agent: DaemonSet, variables: Record<string, string>): DaemonSet {
  const [container] = agent.spec?.template?.spec?.containers ?? [];
  if (container !== undefined) container.env = Object.entries(variables).map(([name, value]) => ({ name, value }));
  return agent;
}

function withFlags(agent: DaemonSet, args: string[]): DaemonSet {
  const [container] = agent.spec?.template?.spec?.containers ?? [];
  if (container !== undefined) container.args = args;
  return agent;
}

const parts = ({ plugins }: InstalledPlugins): Record<string, string> =>
  Object.fromEntries(plugins.map(({ plugin, role }) => [plugin.id, role]));

describe('healthy companions are no conflict', () => {
  const chained = configMap('cilium-config', { 'cni-chaining-mode': 'aws-cni' });

  it.each<[string, readonly DaemonSet[], readonly ConfigMap[], Record<string, string>]>([
    ['Calico for policies on AWS', [agentOf('aws-vpc'), agentOf('calico')], [], { 'aws-vpc': 'main', calico: 'policy' }],
    ['Cilium chained to the AWS plugin', [agentOf('aws-vpc'), agentOf('cilium')], [chained], { 'aws-vpc': 'main', cilium: 'policy' }],
    ["Cilium with Azure's addresses", [agentOf('azure'), agentOf('cilium')], [], { cilium: 'main', azure: 'ipam' }],
    ['Antrea for policies on AKS', [agentOf('azure'), agentOf('antrea')], [], { azure: 'main', antrea: 'policy' }],
    [
      'Antrea for policies over Flannel',
      [agentOf('flannel'), agentOf('antrea')],
      [configMap('antrea-config', { 'antrea-agent.conf': '#trafficEncapMode: encap\ntrafficEncapMode: networkPolicyOnly\n' })],
      { flannel: 'main', antrea: 'policy' },
    ],
    ['Calico for policies on GKE', [agentOf('gke'), agentOf('calico')], [], { gke: 'main', calico: 'policy' }],
    ['Canal', [agentOf('canal')], [], { canal: 'main' }],
    [
      'Multus and whereabouts over OVN-Kubernetes',
      [agentOf('ovn-kubernetes'), agentOf('multus'), agentOf('whereabouts')],
      [],
      { 'ovn-kubernetes': 'main', multus: 'meta', whereabouts: 'ipam' },
    ],
    [
      'Calico for policies over Flannel',
      [agentOf('flannel'), withEnvironment(agentOf('calico'), { CALICO_NETWORKING_BACKEND: 'none' })],
      [],
      { flannel: 'main', calico: 'policy' },
    ],
    [
      'kube-router that only speaks BGP for Cilium',
      [agentOf('cilium'), withFlags(agentOf('kube-router'), ['--run-router=true', '--run-firewall=false', '--enable-cni=false'])],
      [],
      { cilium: 'main', 'kube-router': 'policy' },
    ],
    [
      'Calico for policies over Flannel, as its ConfigMap says',
      [agentOf('flannel'), agentOf('calico')],
      [configMap('calico-config', { calico_backend: 'none' }, 'calico-system')],
      { flannel: 'main', calico: 'policy' },
    ],
  ])('%s', (_, ...[daemonSets, configMaps, expected]) => {
    const found = recognisePlugins({ daemonSets, nodes, configMaps });

    expect(parts(found)).toEqual(expected);
    expect(found.conflict).toBeNull();
    expect(found.main?.plugin.id).toBe(Object.entries(expected).find(([, role]) => role === 'main')?.[0]);
  });

  it("the Installation's plugin type makes Calico filter only", () => {
    const installation: CustomObject = { spec: { cni: { type: 'AmazonVPC' } } };

    expect(parts(recognisePlugins({ daemonSets: [agentOf('calico')], nodes, installation }))).toEqual({ calico: 'policy' });
  });
});

describe('two plugins', () => {
  it('that both set up interfaces on the same nodes are a conflict', () => {
    const { conflict } = recognisePlugins({ daemonSets: [agentOf('calico'), agentOf('flannel')], nodes });

    expect(conflict?.why).toBe(
      'Calico (DaemonSet calico-system/calico-node) and Flannel (DaemonSet kube-flannel/kube-flannel-ds) each set up pod interfaces and addresses, both placed on 2 of 2 nodes',
    );
  });

  it('that labels keep on different nodes are none', () => {
    const calico = agentOf('calico');
    if (calico.spec?.template?.spec !== undefined) calico.spec.template.spec.nodeSelector = { migrated: 'true' };
    const flannel = agentOf('flannel');
    if (flannel.spec?.template?.spec !== undefined) flannel.spec.template.spec.nodeSelector = { migrated: 'false' };
    const labelled = nodes.map((node, index) => ({ metadata: { ...node.metadata, labels: { migrated: String(index === 0) } } }));

    expect(recognisePlugins({ daemonSets: [calico, flannel], nodes: labelled }).conflict).toBeNull();
  });

  it('of which one has no pods any more are none', () => {
    const left = agentOf('weave');
    if (left.status !== undefined) left.status.desiredNumberScheduled = 0;
    const found = recognisePlugins({ daemonSets: [left, agentOf('cilium')], nodes });

    expect(found.main?.plugin.id).toBe('cilium');
    expect(found.conflict).toBeNull();
    expect(found.plugins.map(({ plugin, active }) => [plugin.id, active])).toEqual([
      ['cilium', true],
      ['weave', false],
    ]);
  });
});

interface Renamed {
  readonly name: string;
  readonly image: string;
  readonly labels: Record<string, string>;
  readonly namespace?: string;
}

describe('names of distributions', () => {
  const of = (id: string): Record<string, string> => ({ 'k8s-app': id });

  it.each<[string, Renamed, string | undefined]>([
    ["RKE2's Cilium", { name: 'cilium', image: 'docker.io/rancher/mirrored-cilium-cilium:v1.15.5', labels: of('cilium') }, 'cilium'],
    ['GKE Dataplane V2', { name: 'anetd', image: 'gke.gcr.io/cilium/cilium:v1.14.11-gke.24', labels: of('cilium') }, 'cilium'],
    ['an unusual name', { name: 'my-network', image: 'registry.local:5000/mirror/calico/node:v3.26.4', labels: {} }, 'calico'],
    ["Calico's new merged image", { name: 'calico-node', image: 'quay.io/calico/calico:v3.33.0', labels: of('calico-node') }, 'calico'],
    [
      "RKE2's Calico",
      { name: 'calico-node', image: 'docker.io/rancher/mirrored-calico-node:v3.27.3', labels: of('calico-node') },
      'calico',
    ],
    ['an old Flannel', { name: 'kube-flannel-ds-amd64', image: 'quay.io/coreos/flannel:v0.12.0-amd64', labels: {} }, 'flannel'],
    [
      "Flannel of Helm's chart under a name of its own",
      { name: 'overlay', image: 'ghcr.io/flannel-io/flannel:v0.27.3', labels: {} },
      'flannel',
    ],
    ['an image by digest only', { name: 'aws-node', image: 'registry.local/x@sha256:abc', labels: of('aws-node') }, 'aws-vpc'],
    [
      "Calico's agent on Windows",
      { name: 'calico-node-windows', image: 'docker.io/calico/node-windows:v3.28.1', labels: of('calico-node-windows') },
      'calico',
    ],
    ["Calico's storage driver", { name: 'csi-node-driver', image: 'quay.io/calico/csi:v3.27.0', labels: of('csi-node-driver') }, undefined],
    ["Cilium's proxy", { name: 'cilium-envoy', image: 'quay.io/cilium/cilium-envoy:v1.29.9', labels: of('cilium-envoy') }, undefined],
    ['a log shipper', { name: 'fluent-bit', image: 'fluent/fluent-bit:3.0', labels: { app: 'fluent-bit' } }, undefined],
    ['an application of that name', { name: 'shop', image: 'shop:1', labels: { app: 'flannel' }, namespace: 'shop' }, undefined],
  ])('%s', (_, { name, image, labels, namespace = 'kube-system' }, expected) => {
    const found = recognisePlugins({ daemonSets: [daemonSet({ name, namespace, labels, containers: { agent: image } })], nodes });

    expect(found.plugins[0]?.plugin.id).toBe(expected);
  });
});

describe("k3s' embedded Flannel", () => {
  const k3sNode: Node = {
    metadata: { name: 'a', annotations: { 'flannel.alpha.coreos.com/backend-type': 'vxlan' } },
    status: { nodeInfo: { kubeletVersion: 'v1.30.2+k3s1' } as NonNullable<Node['status']>['nodeInfo'] } as Node['status'] & object,
  };

  it('is known by the nodes alone, and enforces policies', () => {
    const found = recognisePlugins({ daemonSets: [], nodes: [k3sNode] });

    expect(found).toMatchObject({ k3sEmbedded: true, main: { plugin: { id: 'k3s-flannel' }, version: 'v1.30.2+k3s1' }, conflict: null });
    expect(enforcesPolicy(found)).toBe(true);
    expect(needsPodCidr(found)).toBe(true);
  });

  it('is not seen in annotations that another plugin was installed over', () => {
    expect(recognisePlugins({ daemonSets: [agentOf('calico')], nodes: [k3sNode] })).toMatchObject({
      k3sEmbedded: false,
      main: { plugin: { id: 'calico' } },
    });
  });
});

type Setting = [string, readonly DaemonSet[], readonly ConfigMap[], boolean | null];

describe('what the settings decide', () => {
  it.each<Setting>([
    ['Flannel enforces nothing', [agentOf('flannel')], [], false],
    ['Calico does', [agentOf('calico')], [], true],
    ['Flannel with Calico beside it does', [agentOf('flannel'), agentOf('calico')], [], true],
    [
      'AWS does when its controller is on',
      [agentOf('aws-vpc')],
      [configMap('amazon-vpc-cni', { 'enable-network-policy-controller': 'true' })],
      true,
    ],
    ['AWS may or may not', [agentOf('aws-vpc')], [], null],
    ['Cilium may be told not to', [agentOf('cilium')], [configMap('cilium-config', { 'enable-policy': 'never' })], false],
    ['kindnet does since 2024', [agentOf('kindnet')], [], true],
  ])('policies: %s', (_, ...[daemonSets, configMaps, expected]) => {
    expect(enforcesPolicy(recognisePlugins({ daemonSets, nodes, configMaps }))).toBe(expected);
  });

  it.each<Setting>([
    ['Flannel', [agentOf('flannel')], [], true],
    ['Cilium with its own pool', [agentOf('cilium')], [configMap('cilium-config', { ipam: 'cluster-pool' })], false],
    ['Cilium with the pod CIDR of the node', [agentOf('cilium')], [configMap('cilium-config', { ipam: 'kubernetes' })], true],
    ['Cilium without its settings', [agentOf('cilium')], [], null],
    [
      'Calico with host-local',
      [agentOf('calico')],
      [configMap('calico-config', { cni_network_config: '{"ipam": {"type": "host-local", "subnet": "usePodCidr"}}' }, 'calico-system')],
      true,
    ],
    [
      'Calico with its own',
      [agentOf('calico')],
      [configMap('calico-config', { cni_network_config: '{"ipam": {"type": "calico-ipam"}}' }, 'calico-system')],
      false,
    ],
    [
      'Calico with its own, as its operator writes it',
      [agentOf('calico')],
      [configMap('cni-config', { config: '{"plugins": [{"type": "calico", "ipam": {"type": "calico-ipam"}}]}' }, 'calico-system')],
      false,
    ],
    [
      'Calico with host-local, as its operator writes it',
      [agentOf('calico')],
      [
        configMap(
          'cni-config',
          { config: '{"plugins": [{"type": "calico", "ipam": {"type": "host-local", "subnet": "usePodCidr"}}]}' },
          'calico-system',
        ),
      ],
      true,
    ],
    ['no plugin at all', [], [], null],
  ])("the node's pod CIDR: %s", (_, ...[daemonSets, configMaps, expected]) => {
    expect(needsPodCidr(recognisePlugins({ daemonSets, nodes, configMaps }))).toBe(expected);
  });
});

test.each([
  ['quay.io/calico/node:v3.27.0', 'v3.27.0'],
  ['registry:5000/cilium/cilium:v1.16.3@sha256:abc', 'v1.16.3'],
  ['registry:5000/cilium/cilium', null],
  ['x@sha256:abc', null],
  ['quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:62d2a09bbef840a46099ac4c69421c90', null],
  ['x:latest', null],
])('the version of %s is %s', (image, version) => {
  expect(imageVersion(image)).toBe(version);
});

describe('nodeNetworkCondition', () => {
  it.each<[Record<'status' | 'reason' | 'message', string>, object]>([
    [
      { status: 'False', reason: 'CalicoIsUp', message: 'Calico is running on this node' },
      { state: 'available', plugin: 'calico', writer: 'plugin' },
    ],
    [
      { status: 'True', reason: 'CalicoIsDown', message: 'Calico is shutting down on this node' },
      { state: 'unavailable', plugin: 'calico', writer: 'plugin' },
    ],
    [
      { status: 'False', reason: 'CiliumIsUp', message: 'Cilium is running on this node' },
      { state: 'available', plugin: 'cilium' },
    ],
    [
      { status: 'True', reason: 'NoRouteCreated', message: 'RouteController failed to create a route' },
      { state: 'unavailable', plugin: null, writer: 'route-controller' },
    ],
    [
      { status: 'False', reason: 'RouteCreated', message: 'ovn-kube cleared kubelet-set NoRouteCreated' },
      { state: 'available', plugin: 'ovn-kubernetes', writer: 'plugin' },
    ],
    [
      { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' },
      { state: 'unknown', plugin: null, writer: null },
    ],
  ])('%o', (condition, expected) => {
    expect(nodeNetworkCondition({ status: { conditions: [{ type: 'NetworkUnavailable', ...condition }] } })).toMatchObject(expected);
  });

  it('its absence is normal', () => {
    expect(nodeNetworkCondition({ metadata: { name: 'a' } })).toMatchObject({ state: 'absent', since: null });
  });
});
