import type { NetworkPlugin } from '../plugin.ts';
import { harmless, readIn, type Signature, type Where } from '../signature.ts';

const log = { where: ['log'] as readonly Where[], containers: ['kube-router'] };
const controller = readIn('cloudnativelabs/kube-router:pkg/controllers/routing/network_routes_controller.go');
const peers = readIn('cloudnativelabs/kube-router:pkg/controllers/routing/bgp_peers.go');

const signatures: readonly Signature[] = [
  controller.strong('node-pod-cidr-missing', /Failed to get pod CIDRs? from node spec/),
  readIn('cloudnativelabs/kube-router:pkg/utils/pod_cidr.go').strong('node-pod-cidr-missing', /node\.Spec\.PodCIDRs? not set for node/),
  controller.strong('cni-not-initialized/no-config', /CNI conf file \S+ does not exist/, log),
  controller.strong('cni-not-initialized/no-config', /failed to write CNI file:/, log),
  controller.strong('overlay-tunnel-down/bgp', /Failed to start node BGP server:/, log),
  controller.strong('overlay-tunnel-down/bgp', /failed to peer with Global Peer Router/, log),
  peers.strong('overlay-tunnel-down/bgp', /Failed to add node \S+ as peer due to/, log),
  // A node that has just joined calls before it is known.
  readIn('osrg/gobgp:pkg/server/server.go').strong('overlay-tunnel-down/bgp', /Can'?t find configuration for a new passive connection/, {
    ...log,
    needs: { repeated: true, olderThanMs: 300_000 },
  }),
  peers.weak('overlay-tunnel-down/bgp', /Peer Down|BGP_FSM_\w+.*(IDLE|ACTIVE)|peer \S+ is (down|not established)/, {
    ...log,
    needs: { repeated: true },
  }),
  controller.strong(
    'overlay-tunnel-down/ipip',
    /failed to create (ipip tunnel|tunnel interface)|route not injected for the route advertised by the node .* tunnel/,
    log,
  ),
  controller.strong('route-misconfigured', /failed to inject routes? due to:/, log),
  controller.strong('route-misconfigured', /not able to add route as destination \S+ and gateway/, log),
  controller.weak('mtu-mismatch', /Not setting MTU of kube-bridge interface: cannot determine the node'?s MTU/, log),
  controller.strong('cni-plugin-unhealthy/not-ready', /skipping sending heartbeat from \S+ \S+ controller as periodic sync failed/, log),
];

export const kubeRouter: NetworkPlugin = {
  id: 'kube-router',
  title: 'kube-router',
  role: 'main',
  recognition: {
    daemonSets: ['kube-router'],
    selectors: [{ 'k8s-app': 'kube-router' }],
    images: [/(^|[/-])kube-router(:|@|$)/],
    namespaces: ['kube-system'],
    nodeAnnotations: ['kube-router.io/pod-cidrs', 'kube-router.io/pod-cidr'],
    conditionReasons: [],
    types: ['kube-router'],
    conflists: ['10-kuberouter.conflist', '10-kuberouter.conf'],
  },
  agent: { containers: ['kube-router'], initContainers: ['install-cni'], hostLog: null },
  controllers: [],
  configMaps: [{ name: 'kube-router-cfg', namespace: null }],
  kinds: [],
  enforcesPolicy: ({ '--run-firewall': firewall }) => firewall !== 'false',
  needsPodCidr: true,
  pool: "the node's pod CIDR",
  speaks: ['reference'],
  signatures,
  falseFriends: [harmless(/Waiting for pod CIDR to be assigned.*0s elapsed/, 'the agent starting')],
  sources: ['cloudnativelabs/kube-router:daemonset/generic-kuberouter.yaml'],
};
