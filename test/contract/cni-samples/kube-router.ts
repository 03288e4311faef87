import { daemonSet, type PluginSamples } from './sample.ts';

const log = (text: string): string => `E0304 17:24:47.807000       1 network_routes_controller.go:317] ${text}`;

export const kubeRouter: PluginSamples = {
  daemonSet: daemonSet({
    name: 'kube-router',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'kube-router' },
    containers: { 'kube-router': 'docker.io/cloudnativelabs/kube-router:v2.2.1' },
  }),
  texts: {
    log: [
      [
        'node-pod-cidr-missing',
        log('Failed to get pod CIDRs from node spec. kube-router relies on kube-controller-manager to allocate pod CIDRs'),
      ],
      [
        'node-pod-cidr-missing',
        'Failed to create network services controller: Failed to get pod CIDR details from Node.spec: node.Spec.PodCIDR not set for node: cp-3',
      ],
      ['cni-not-initialized/no-config', log('CNI conf file /etc/cni/net.d/10-kuberouter.conflist does not exist.')],
      ['cni-not-initialized/no-config', log('failed to write CNI file: read-only file system')],
      ['overlay-tunnel-down/bgp', log('Failed to start node BGP server: address already in use')],
      ['overlay-tunnel-down/bgp', log('failed to peer with Global Peer Router(s): timeout')],
      [
        'overlay-tunnel-down/bgp',
        'time="2026-03-04T17:24:47Z" level=info msg="Can\'t find configuration for a new passive connection from:10.0.0.85" Topic=Peer',
      ],
      ['overlay-tunnel-down/bgp', log('Failed to add node 10.0.0.3 as peer due to exists')],
      ['overlay-tunnel-down/bgp', 'time="2026-03-04T17:24:47Z" level=info msg="Peer Down" Key=10.0.0.3 Reason=HoldTimerExpired'],
      ['overlay-tunnel-down/ipip', log('failed to create tunnel interface tun-1: operation not supported')],
      ['route-misconfigured', log('failed to inject routes due to: file exists')],
      ['route-misconfigured', log('not able to add route as destination 10.2.0.0/24 and gateway 10.0.0.3 are not in one subnet')],
      ['mtu-mismatch', log("Not setting MTU of kube-bridge interface: cannot determine the node's MTU")],
      ['cni-plugin-unhealthy/not-ready', log('skipping sending heartbeat from network routing controller as periodic sync failed')],
    ],
  },
  harmless: ['Waiting for pod CIDR to be assigned to the node, 0s elapsed'],
};
