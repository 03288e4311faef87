import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature } from '../signature.ts';

const allocator = readIn('containernetworking/plugins:plugins/ipam/host-local/backend/allocator/allocator.go');
const config = readIn('containernetworking/plugins:plugins/ipam/host-local/backend/allocator/config.go');
const bridge = readIn('containernetworking/plugins:plugins/main/bridge/bridge.go');
const ipLink = readIn('containernetworking/plugins:pkg/ip/link_linux.go');
const ipam = readIn('containernetworking/plugins:pkg/ipam/ipam_linux.go');
const macvlan = readIn('containernetworking/plugins:plugins/main/macvlan/macvlan.go');
const portmap = readIn('containernetworking/plugins:plugins/meta/portmap/main.go');
const netns = readIn('containernetworking/plugins:pkg/ns/ns_linux.go');

/** host-local keeps its records in files on the node that outlive pods: full by its files is not yet full of pods. */
const fullOrLeaked = { unless: { 'range-has-room': 'ipam-state-corrupt/leaked-allocations' } } as const;

const signatures: readonly Signature[] = [
  allocator.strong('ip-pool-exhausted/node-range-full', /no IP addresses available in range set/, fullOrLeaked),
  allocator.strong('ip-pool-exhausted/node-range-full', /no IP addresses available in network/, fullOrLeaked),
  allocator.strong('ipam-state-corrupt/address-already-allocated', /has been allocated to \S+, duplicate allocation is not allowed/),
  allocator.strong('static-ip-conflict', /requested IP address \S+ is not available in (range set|network)/, {
    unless: { 'address-unheld': 'ipam-state-corrupt/stale-allocation' },
  }),
  allocator.strong('static-ip-conflict', /requested ip \S+ is subnet'?s gateway/),
  config.strong('pod-cidr-overlap', /range set \d+ overlaps with \d+/),
  config.strong('node-pod-cidr-missing', /no IP ranges specified/),
  bridge.strong('ipam-state-corrupt/bridge-address-mismatch', /\S+ already has an IP address different from/),
  bridge.strong('multiple-cni-plugins', /already exists but is not a bridge/),
  bridge.weak(
    'cni-plugin-unhealthy',
    /failed to (create|open) bridge|could not (add|set master of) \S+: (operation not supported|exchange full)/,
  ),
  readIn('containernetworking/plugins:pkg/ip/addr_linux.go').strong('duplicate-pod-ip', /has address \S+ in DADFAILED state/),
  ipLink.weak('ipam-state-corrupt', /container veth name( \(\S+\))?( peer)? provided( \(\S+\))? already exists/),
  ipam.weak('route-misconfigured', /failed to add route '?/),
  ipam.weak('ipam-state-corrupt', /failed to add IP addr \S+ to \S+: file exists/),
  macvlan.strong('route-misconfigured', /failed to lookup (master|parent interface) \S+: Link not found/),
  macvlan.weak('route-misconfigured', /(failed \(add\)|adding container to network \S+|Delegate add - \S+): Link not found/),
  portmap.strong('cni-plugin-unhealthy', /must be called as (a )?chained plugin/),
  readIn('containernetworking/plugins:plugins/meta/portmap/portmap_iptables.go').strong(
    'cni-plugin-unhealthy',
    /neither iptables nor ip6tables is usable|failed to locate ip6?tables|exec: ip6?tables: executable file not found/,
  ),
  netns.weak('cni-plugin-unhealthy', /unknown FS magic on \S*\/ns\/net/),
  // Said once of a pod that is gone already; again and again where the agent does not see the namespaces of the host.
  netns.weak('cni-plugin-unhealthy', /failed to (open netns|Statfs) \S*: .*no such file or directory/),
];

/** bridge, ptp, macvlan, ipvlan, host-local, portmap: used bare on small clusters, and by half of the other plugins. */
export const reference: NetworkPlugin = {
  id: 'reference',
  title: 'the CNI reference plugins',
  role: 'main',
  recognition: {
    daemonSets: [],
    selectors: [],
    images: [],
    namespaces: [],
    nodeAnnotations: [],
    conditionReasons: [],
    types: [
      'bridge',
      'ptp',
      'macvlan',
      'ipvlan',
      'host-device',
      'host-local',
      'static',
      'dhcp',
      'portmap',
      'bandwidth',
      'tuning',
      'firewall',
      'loopback',
      'sbr',
      'vrf',
      'vlan',
    ],
    conflists: [
      '10-containerd-net.conflist',
      '10-crio-bridge.conflist',
      '11-crio-ipv4-bridge.conflist',
      '100-crio-bridge.conflist',
      '87-podman-bridge.conflist',
    ],
  },
  agent: { containers: [], initContainers: [], hostLog: null },
  controllers: [],
  configMaps: [],
  kinds: [],
  enforcesPolicy: false,
  needsPodCidr: false,
  pool: "the range in the node's CNI configuration",
  speaks: [],
  signatures,
  falseFriends: [
    harmless(
      /(teardown|tear down|DelegateDel|DelNetwork|failed \(delete\)|destroy network).*Link not found/,
      'the clean-up of an interface that is gone',
    ),
  ],
  sources: [
    'containernetworking/plugins:plugins/ipam/host-local/backend/allocator/allocator.go',
    'containerd/containerd:script/setup/install-cni',
  ],
};
