import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('multus', `Multus: [shop/web-1/033a21ed-e98b-4386-b44f-bf81acf7e3d0]: ${cause}`);

export const multus: PluginSamples = {
  daemonSet: daemonSet({
    name: 'kube-multus-ds',
    namespace: 'kube-system',
    labels: { app: 'multus', name: 'multus' },
    containers: { 'kube-multus': 'ghcr.io/k8snetworkplumbingwg/multus-cni:v4.1.0-thick' },
  }),
  texts: {
    event: [
      [
        'cni-plugin-unhealthy/not-ready',
        event(
          'have you checked that your default network is ready? still waiting for readinessindicatorfile @ /run/flannel/subnet.env. pollimmediate error: timed out waiting for the condition',
        ),
      ],
      [
        'cni-plugin-unhealthy/not-ready',
        event('PollImmediate error waiting for ReadinessIndicatorFile: timed out waiting for the condition'),
      ],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        sandboxError(
          'multus-shim',
          'CmdAdd (shim): failed to send CNI request: Post "http://dummy/cni": dial unix /run/multus/socket/multus.sock: connect: connection refused',
        ),
      ],
      [
        'cni-plugin-unhealthy',
        event(
          'error loading k8s delegates k8s args: TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates: failed getting the delegate: getNetDelegate: cannot find network: storage',
        ),
      ],
      [
        'cni-plugin-unhealthy',
        event('error loading k8s delegates: cannot find a network-attachment-definition (storage) in namespace (shop): gone'),
      ],
      [
        'cni-plugin-unhealthy',
        event(
          'GetNetworkDelegates: namespace isolation enabled, annotation violates permission, pod is in namespace shop but refers to target namespace other',
        ),
      ],
      ['cni-auth-failure', 'Multus: [shop/web-1]: error getting k8s client: unexpected'],
    ],
    log: [
      [
        'cni-not-initialized/no-config',
        'E0304 17:24:47.807000 1 main.go:317] cannot find valid master CNI config in "/host/etc/cni/net.d"',
      ],
      [
        'cni-version-incompatible',
        'E0304 17:24:47.807000 1 main.go:317] Multus cni version is "0.3.1" while master plugin cni version is "1.0.0"',
      ],
    ],
  },
  harmless: [event('expected pod shop/web-1 UID "033a21ed" but got "99f0" from Kube API')],
};
