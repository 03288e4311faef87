import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['antrea-agent', 'antrea-ovs'] };
const body = { where: ['log', 'probe', 'object'] as readonly Where[] };
const agent = readIn('antrea-io/antrea:pkg/agent/agent.go');
const allocator = readIn('antrea-io/antrea:pkg/ipam/poolallocator/allocator.go');
const antreaIpam = readIn('antrea-io/antrea:pkg/agent/cniserver/ipam/antrea_ipam.go');
const server = readIn('antrea-io/antrea:pkg/agent/cniserver/server.go');
const podConfiguration = readIn('antrea-io/antrea:pkg/agent/cniserver/pod_configuration.go');
const health = readIn('antrea-io/antrea:pkg/agent/apiserver/apiserver.go');

const signatures: readonly Signature[] = [
  allocator.strong('ip-pool-exhausted/pool-full', /(failed to allocate IP: Pool|IPPool) \S+ is exhausted/),
  antreaIpam.strong('ip-pool-exhausted/pool-full', /all IP ?Pools exhausted/),
  allocator.strong('static-ip-conflict', /does not belong to (IPPool|IP pool)/),
  readIn('antrea-io/antrea:pkg/agent/cniserver/ipam/antrea_ipam_controller.go').strong(
    'static-ip-conflict',
    /no valid IPPool found for configured pools:/,
  ),
  allocator.strong('ipam-state-corrupt', /inconsistent state for IP Pool \S+ with IP/),
  readIn('antrea-io/antrea:pkg/agent/cniserver/ipam/hostlocal/gc.go').weak(
    'ipam-state-corrupt/leaked-allocations',
    /not all unused IPs could be released from host-local IPAM plugin/,
    log,
  ),
  agent.strong('node-pod-cidr-missing', /Spec\.PodCIDR is empty for Node/),
  server.strong('cni-plugin-unhealthy/not-ready', /Cannot process Cmd(Add|Del|Check) request for container because network is not ready/),
  readIn('antrea-io/antrea:pkg/cni/default.go').strong('cni-plugin-unhealthy/agent-not-answering', /dial unix \S*antrea\/cni\.sock/, {
    unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node', 'other-plugin-installed': 'multiple-cni-plugins' },
  }),
  agent.strong('cni-plugin-unhealthy', /Failed to create OVS bridge|failed to (connect|open)( to)? OVSDB/, log),
  podConfiguration.strong('cni-plugin-unhealthy', /failed to (connect to ovs|(add|create) OVS port|add Openflow entries) for container/),
  podConfiguration.strong('cni-plugin-unhealthy', /failed to get of_port of OVS port/),
  agent.strong('cni-plugin-unhealthy', /the required OVS DP feature '?\S+'? is not supported/, log),
  health.strong('cni-plugin-unhealthy/not-ready', /disconnected from OFSwitch/, body),
  health.strong('cni-datastore-unreachable', /some watchers may not be connected/, body),
  readIn('antrea-io/antrea:pkg/agent/controller/networkpolicy/networkpolicy_controller.go').weak(
    'cni-datastore-unreachable',
    /Failed to start watch/,
    { ...log, needs: { repeated: true } },
  ),
  server.strong('cni-version-incompatible', /Unsupported CNI version/),
  agent.strong('overlay-tunnel-down', /Failed to create tunnel port on OVS bridge/, log),
  agent.strong('overlay-tunnel-down', /IPsec was requested, but the OVS IPsec monitor does not seem to be running/, log),
  agent.strong('overlay-tunnel-down', /failed to get local IPNet device with/, log),
  readIn('antrea-io/antrea:pkg/agent/wireguard/client_linux.go').strong(
    'overlay-tunnel-down/wireguard',
    /WireGuard is not supported|Failed to (create|initiali[sz]e) WireGuard/,
    log,
  ),
];

export const antrea: NetworkPlugin = {
  id: 'antrea',
  title: 'Antrea',
  role: 'main',
  recognition: {
    daemonSets: ['antrea-agent'],
    selectors: [{ app: 'antrea', component: 'antrea-agent' }],
    images: [/antrea[/-](antrea-)?(agent|ubuntu|ubi|debian)(-\w+)*(:|@|$)/, /antrea-agent(-\w+)?(:|@|$)/],
    namespaces: ['kube-system'],
    nodeAnnotations: ['node.antrea.io/mac-address'],
    conditionReasons: [],
    types: ['antrea'],
    conflists: ['10-antrea.conflist'],
  },
  agent: { containers: ['antrea-agent', 'antrea-ovs'], initContainers: ['install-cni'], hostLog: '/var/log/antrea/antrea-agent.log' },
  controllers: [
    {
      name: 'antrea-controller',
      selector: { app: 'antrea', component: 'antrea-controller' },
      containers: ['antrea-controller'],
      without: 'policies are not computed, and pools of AntreaIPAM are not served',
    },
  ],
  configMaps: [{ name: 'antrea-config', namespace: null }],
  kinds: ['AntreaIPPool', 'AntreaAgentInfo'],
  enforcesPolicy: true,
  needsPodCidr: ({ 'antrea-controller.conf': controller }) => (controller === undefined ? null : !/enableNodeIPAM: *true/.test(controller)),
  pool: "the node's pod CIDR, or an IPPool",
  speaks: ['reference'],
  signatures,
  falseFriends: [harmless(/Waiting for (the )?Antrea (client|controller)/, 'the agent starting')],
  sources: ['antrea-io/antrea:build/yamls/antrea.yml', 'antrea-io/antrea:pkg/apis/crd/v1beta1/types.go'],
};
