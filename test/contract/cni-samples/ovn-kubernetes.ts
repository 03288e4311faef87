import { daemonSet, type PluginSamples } from './sample.ts';

const event = (cause: string): string =>
  `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to create pod network sandbox k8s_web-1_shop_033a21ed-e98b-4386-b44f-bf81acf7e3d0_0(53563970bd1a6fe2aa647664adf6dd54c1d2fecd72e32c1784785cd6f8c6c9f4): error adding pod shop_web-1 to CNI network "multus-cni-network": plugin type="multus-shim" name="multus-cni-network" failed (add): CNI request failed with status 400: 'ContainerID:"53563970bd1a6fe2aa647664adf6dd54c1d2fecd72e32c1784785cd6f8c6c9f4" Netns:"/var/run/netns/1" IfName:"eth0": error configuring pod [shop/web-1] networking: [shop/web-1/033a21ed-e98b-4386-b44f-bf81acf7e3d0:ovn-kubernetes]: error adding container to network "ovn-kubernetes": CNI request failed with status 400: '[shop/web-1 53563970bd1a6fe2aa647664adf6dd54c1d2fecd72e32c1784785cd6f8c6c9f4 network default NAD default] ${cause}\n'`;
const log = (text: string): string => `E0304 17:24:47.807000       1 ovn.go:317] ${text}`;

export const ovnKubernetes: PluginSamples = {
  daemonSet: daemonSet({
    name: 'ovnkube-node',
    namespace: 'openshift-ovn-kubernetes',
    labels: { app: 'ovnkube-node', component: 'network' },
    containers: {
      'ovn-controller':
        'quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:62d2a09bbef840a46099ac4c69421c90f84f28d018d479749049011329aa7f28',
      'ovnkube-controller':
        'quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:62d2a09bbef840a46099ac4c69421c90f84f28d018d479749049011329aa7f28',
    },
  }),
  texts: {
    event: [
      ['ip-pool-exhausted/node-range-full', 'failed to assign pod addresses for shop/web-1: range is full'],
      ['ip-pool-exhausted/node-range-full', 'addLogicalPort failed for shop/web-1: range is full'],
      ['cni-plugin-unhealthy/not-ready', event('failed to get pod annotation: timed out waiting for the condition')],
      [
        'cni-plugin-unhealthy/not-ready',
        event('failed to get pod annotation: timed out waiting for annotations: context deadline exceeded'),
      ],
      [
        'cni-plugin-unhealthy/not-ready',
        event(
          'failed to configure pod interface: timed out waiting for OVS port binding (ovn-installed) for 0a:58:0a:80:02:05 [10.128.2.5/23]',
        ),
      ],
      ['cni-plugin-unhealthy', event('failed to configure pod interface: unexpected')],
      ['cni-plugin-unhealthy/agent-not-answering', event('failed to send CNI request: Post "http://dummy/": EOF')],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'failed to send CNI request: Post "http://dummy/": dial unix /var/run/ovn-kubernetes/cni/ovn-cni-server.sock: connect: connection refused',
        ),
      ],
    ],
    'node-event': [
      ['node-pod-cidr-missing', 'error allocating network for node worker-9: no subnets available'],
      ['overlay-tunnel-down/geneve', 'ErrorMismatchChassis: chassis ID mismatch'],
    ],
    log: [
      ['node-pod-cidr-missing', log('error allocating network for node worker-9: no subnets available for allocation')],
      ['ipam-state-corrupt/address-already-allocated', log('provided IP is already allocated')],
      ['cni-datastore-unreachable', log('tcp:10.0.0.1:9642: OVN_Southbound connection attempt failed (connection refused)')],
      [
        'cni-datastore-unreachable/agent-socket',
        '2026-03-14T10:29:02.310Z|00205|reconnect|INFO|/var/run/ovn/ovnsb_db.sock: connection failed (No such file or directory)',
      ],
      ['node-pod-cidr-missing', log('could not find "k8s.ovn.org/node-subnets" annotation')],
      ['overlay-tunnel-down/geneve', log('k8s.ovn.org/node-chassis-id annotation not found for node worker-2')],
    ],
  },
  harmless: [
    event('pod deleted before sandbox ADD operation began'),
    event('canceled while waiting for annotations'),
    event('pod shop/web-1 is no longer active (probably due to a subsequent CNI ADD)'),
  ],
};
