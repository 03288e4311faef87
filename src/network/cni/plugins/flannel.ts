import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['kube-flannel'] };
const kube = readIn('flannel-io/flannel:pkg/subnet/kube/kube.go');
const main = readIn('flannel-io/flannel:main.go');
const binary = readIn('flannel-io/cni-plugin:flannel.go');
const match = readIn('flannel-io/flannel:pkg/ipmatch/match.go');
const device = readIn('flannel-io/flannel:pkg/backend/vxlan/device.go');
const vxlan = readIn('flannel-io/flannel:pkg/backend/vxlan/vxlan_network.go');
const routes = readIn('flannel-io/flannel:pkg/backend/route_network.go');
const etcd = readIn('flannel-io/flannel:pkg/subnet/etcd/local_manager.go');

/**
 * flanneld writes subnet.env when it has its lease. Without the file either no flanneld was placed on the node, or it
 * has not come so far, or it fails before; only its pod tells which.
 */
const subnetFile = {
  unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node', 'agent-unhealthy': 'cni-plugin-unhealthy' },
} as const;

const signatures: readonly Signature[] = [
  kube.strong('node-pod-cidr-missing', /node \S+ pod cidr not assigned/),
  readIn('k3s-io/k3s:pkg/agent/flannel/setup.go').strong('node-pod-cidr-missing', /failed to wait for PodCIDR assignment/),
  kube.strong('pod-cidr-overlap', /subnet \S+ specified in the flannel net config doesn'?t contain \S+ PodCIDR of the \S+ node/),
  kube.strong('pod-cidr-overlap', /pod cidrs should be IPv4\/IPv6 only or dualstack/, log),
  binary.strong('cni-not-initialized', /failed to load flannel '?subnet\.env'? file/, subnetFile),
  binary.strong('cni-not-initialized', /loadFlannelSubnetEnv failed:/, subnetFile),
  binary.strong('cni-not-initialized', /open \/run\/flannel\/subnet\.env: no such file or directory/, subnetFile),
  binary.strong('cni-plugin-unhealthy', /is missing FLANNEL_\w+/),
  main.strong('cni-plugin-unhealthy/crash-looping', /Failed to check br_netfilter:/, log),
  kube.strong('cni-plugin-unhealthy/crash-looping', /failed to read net conf:/, log),
  kube.strong('cni-plugin-unhealthy/crash-looping', /error parsing subnet config:/, log),
  main.weak('cni-plugin-unhealthy', /Failed to setup masq rules,/, log),
  readIn('flannel-io/flannel:pkg/trafficmngr/iptables/iptables.go').weak(
    'cni-plugin-unhealthy',
    /Failed to (setup IPTables|ensure iptables rules)/,
    {
      ...log,
      needs: { repeated: true },
    },
  ),
  kube.weak('cni-plugin-unhealthy', /dropping event/, log),
  kube.strong('cni-datastore-unreachable', /timeout contacting kube-api, failed to patch node/, log),
  kube.weak('cni-datastore-unreachable', /error retrieving pod spec for '?[^' ]+'?:/, log),
  kube.strong('cni-datastore-unreachable', /error waiting for nodeController to sync state/, log),
  etcd.weak('cni-datastore-unreachable', /Couldn'?t fetch network config:/, { ...log, needs: { repeated: true } }),
  match.strong('route-misconfigured', /(Unable to find default (v6 )?route|no default (v6 )?route)/, log),
  main.strong('overlay-tunnel-down', /Failed to find any valid interface to use:/, log),
  main.strong(
    'overlay-tunnel-down',
    /(Failed to find|Could not find valid) interface to use that matches the interfaces and\/or regexes provided/,
    log,
  ),
  readIn('flannel-io/flannel:pkg/backend/vxlan/vxlan.go').strong('overlay-tunnel-down/vxlan', /failed to create vxlan device:/, log),
  // The kernel knows no such device; only the VXLAN backend passes its words on bare.
  main.strong('overlay-tunnel-down/vxlan', /Error registering network: operation not supported/, log),
  device.strong('overlay-tunnel-down/vxlan', /failed to (configure|set) interface flannel[.-]\S+/, log),
  device.strong('overlay-tunnel-down/vxlan', /link has incompatible addresses\. Remove additional addresses/, log),
  vxlan.weak('overlay-tunnel-down/vxlan', /vxlan device missing, attempting to recreate/, log),
  vxlan.strong('overlay-tunnel-down/vxlan', /failed to recreate vxlan:/, log),
  vxlan.strong('overlay-tunnel-down/vxlan', /Add(V6)?(ARP|FDB) failed:/i, log),
  readIn('flannel-io/flannel:pkg/backend/udp/udp_network_amd64.go').strong('overlay-tunnel-down', /failed to open TUN device/, log),
  readIn('flannel-io/flannel:pkg/backend/wireguard/wireguard_network.go').strong(
    'overlay-tunnel-down/wireguard',
    /failed to setup ipv[46] peer/,
    log,
  ),
  readIn('flannel-io/flannel:pkg/backend/wireguard/device.go').strong(
    'overlay-tunnel-down/wireguard',
    /could not create wireguard (interface|device)/,
    log,
  ),
  readIn('flannel-io/flannel:pkg/backend/hostgw/hostgw.go').strong(
    'overlay-tunnel-down',
    /your PublicIP differs from interface IP, meaning that probably you'?re on a NAT/,
    log,
  ),
  vxlan.strong('route-misconfigured', /Error adding (v6 )?route to/, log),
  vxlan.strong('route-misconfigured', /failed to add (v6 )?vxlanRoute/, log),
  routes.strong('route-misconfigured', /Error recovering route to/, log),
  routes.weak('route-misconfigured', /Replacing existing route to/, log),
];

export const flannel: NetworkPlugin = {
  id: 'flannel',
  title: 'Flannel',
  role: 'main',
  recognition: {
    daemonSets: [
      'kube-flannel-ds',
      'kube-flannel',
      'kube-flannel-ds-amd64',
      'kube-flannel-ds-arm64',
      'kube-flannel-ds-arm',
      'kube-flannel-ds-ppc64le',
      'kube-flannel-ds-s390x',
      'flannel',
      'rke2-flannel',
    ],
    selectors: [{ app: 'flannel' }, { 'k8s-app': 'flannel' }],
    images: [/(^|[/-])flannel(cni|-io)?[/-]flannel(:|@|$)/, /coreos\/flannel(:|@|$)/, /hardened-flannel(:|@|$)/],
    namespaces: ['kube-flannel', 'kube-system'],
    nodeAnnotations: ['flannel.alpha.coreos.com/backend-type'],
    conditionReasons: ['FlannelIsUp'],
    types: ['flannel'],
    conflists: ['10-flannel.conflist', '10-flannel.conf'],
  },
  agent: { containers: ['kube-flannel'], initContainers: ['install-cni-plugin', 'install-cni'], hostLog: null },
  controllers: [],
  configMaps: [{ name: 'kube-flannel-cfg', namespace: null }],
  kinds: [],
  enforcesPolicy: false,
  needsPodCidr: true,
  pool: "the node's pod CIDR",
  speaks: ['reference'],
  signatures,
  falseFriends: [
    harmless(/no subnet found for key: FLANNEL_(IPV6_)?SUBNET in file: \/run\/flannel\/subnet\.env/, 'the first start on a node'),
    harmless(/Node controller skips sync/, 'ordinary housekeeping'),
    harmless(/Error received unexpected object/, 'a watch that was reset'),
  ],
  sources: ['flannel-io/flannel:Documentation/kube-flannel.yml', 'flannel-io/flannel:pkg/subnet/kube/annotations.go'],
};
