import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['weave'] };
const binary = readIn('weaveworks/weave:plugin/net/cni.go');
const allocator = readIn('weaveworks/weave:ipam/allocator.go');
const ring = readIn('weaveworks/weave:ipam/ring/ring.go');
const route = readIn('weaveworks/weave:net/route.go');
const device = readIn('weaveworks/weave:net/bridge.go');
const overlay = readIn('weaveworks/weave:router/overlay_switch.go');

const signatures: readonly Signature[] = [
  binary.strong(
    'cni-plugin-unhealthy/agent-not-answering',
    /(127\.0\.0\.1|localhost|\[::1\]):678[24](: (i\/o timeout|connect|getsockopt)|\/\S*: (EOF|context deadline exceeded|.*Client\.Timeout))/,
    {
      where: ['event', 'log', 'probe'],
      unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node', 'other-plugin-installed': 'multiple-cni-plugins' },
    },
  ),
  device.strong(
    'cni-plugin-unhealthy/crash-looping',
    /Inconsistent bridge state detected|Existing bridge type \S+ is different than requested/,
    log,
  ),
  binary.weak('ip-pool-exhausted/pool-full', /unable to allocate IP address:/),
  allocator.weak('cni-plugin-unhealthy/not-ready', /awaiting[- ]consensus/, { ...log, needs: { olderThanMs: 120_000 } }),
  allocator.strong('ipam-state-corrupt', /IP allocation was seeded by different peers/),
  ring.strong('ipam-state-corrupt', /Inconsistent entries for \S+: owned by/),
  ring.strong('ipam-state-corrupt', /Received update for IP range I own at/),
  ring.strong('duplicate-pod-ip', /says it owns the IP range from \S+, which I think I own/),
  allocator.strong('pod-cidr-overlap', /Incompatible IP allocation ranges \(received:/),
  route.strong('pod-cidr-overlap/pod-node-network', /Network \S+ overlaps with existing route \S+ on host/),
  route.strong('pod-cidr-overlap/pod-node-network', /overlaps with existing address \S+ on host/),
  readIn('weaveworks/weave:prog/weave-kube/launch.sh').strong('cni-datastore-unreachable', /(Failed to|Could not) get peers/, log),
  readIn('weaveworks/weave:prog/kube-utils/main.go').strong('cni-datastore-unreachable', /Unable to fetch ConfigMap/, log),
  readIn('weaveworks/weave:router/network_router.go').weak('overlay-tunnel-down', /Captured frame from MAC \(/, log),
  overlay.weak('overlay-tunnel-down/vxlan', /fastdp timed out waiting for (UDP heartbeat|vxlan heartbeat)/, log),
  readIn('weaveworks/mesh:connection_maker.go').weak(
    'overlay-tunnel-down',
    /->\[\S+\] (error during connection attempt|connection shutting down due to error): (?!.*ourself)/,
    {
      ...log,
      needs: { repeated: true },
    },
  ),
];

export const weave: NetworkPlugin = {
  id: 'weave',
  title: 'Weave Net',
  role: 'main',
  recognition: {
    daemonSets: ['weave-net'],
    selectors: [{ name: 'weave-net' }],
    images: [/(^|[/-])weave-kube(:|@|$)/],
    namespaces: ['kube-system'],
    nodeAnnotations: [],
    conditionReasons: ['WeaveIsUp'],
    types: ['weave-net', 'weave-ipam', 'weave'],
    conflists: ['10-weave.conflist', '10-weave.conf'],
  },
  agent: { containers: ['weave', 'weave-npc'], initContainers: ['weave-init'], hostLog: null },
  controllers: [],
  configMaps: [{ name: 'weave-net', namespace: null }],
  kinds: [],
  enforcesPolicy: ({ EXPECT_NPC: expected }) => expected !== '0',
  needsPodCidr: false,
  pool: 'the range of all peers (IPALLOC_RANGE)',
  speaks: ['reference'],
  signatures,
  falseFriends: [
    harmless(/cannot connect to ourself/, 'a peer finding itself among the peers'),
    harmless(/Deleting interface .* failed: .*no such/, 'a repeated clean-up'),
  ],
  sources: ['weaveworks/weave:prog/weave-kube/weave-daemonset-k8s-1.11.yaml', 'weaveworks/weave:prog/kube-utils/nodestatus.go'],
};
