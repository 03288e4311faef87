import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('weave-net', cause);
const log = (level: string, text: string): string => `${level}: 2026/03/04 17:24:47.807000 ${text}`;

export const weave: PluginSamples = {
  daemonSet: daemonSet({
    name: 'weave-net',
    namespace: 'kube-system',
    labels: { name: 'weave-net' },
    containers: { weave: 'ghcr.io/weaveworks/launcher/weave-kube:2.8.1', 'weave-npc': 'ghcr.io/weaveworks/launcher/weave-npc:2.8.1' },
  }),
  texts: {
    event: [
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'unable to allocate IP address: Post "http://127.0.0.1:6784/ip/fc31be6c": dial tcp 127.0.0.1:6784: connect: connection refused',
        ),
      ],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'unable to allocate IP address: Post "http://127.0.0.1:6784/ip/fc31be6c": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ),
      ],
      ['ip-pool-exhausted/pool-full', event('unable to allocate IP address: 503 Service Unavailable')],
    ],
    log: [
      ['cni-plugin-unhealthy/crash-looping', log('FATA', "Inconsistent bridge state detected. Please do 'weave reset' and try again")],
      ['cni-plugin-unhealthy/not-ready', log('INFO', '[allocator]: status awaiting-consensus (quorum: 2, known: 0)')],
      [
        'ipam-state-corrupt',
        log(
          'INFO',
          '->[10.0.0.3:6783|aa:bb(node3)]: connection shutting down due to error: IP allocation was seeded by different peers (received: [a], ours: [b])',
        ),
      ],
      ['ipam-state-corrupt', log('ERRO', 'Inconsistent entries for 10.32.0.0: owned by a but incoming message says b')],
      ['ipam-state-corrupt', log('ERRO', 'Received update for IP range I own at 10.32.0.0 v5: incoming message says owner aa:bb v6')],
      ['duplicate-pod-ip', log('ERRO', 'Peer a says it owns the IP range from 10.32.0.0, which I think I own')],
      ['pod-cidr-overlap', log('ERRO', 'Incompatible IP allocation ranges (received: 10.32.0.0/12, ours: 10.40.0.0/16)')],
      ['pod-cidr-overlap/pod-node-network', log('FATA', '[weave] Network 10.32.0.0/12 overlaps with existing route 10.40.0.0/16 on host')],
      ['pod-cidr-overlap/pod-node-network', log('FATA', 'Network 10.32.0.0/12 overlaps with existing address 10.33.0.1/24 on host')],
      ['cni-datastore-unreachable', 'Failed to get peers'],
      ['cni-datastore-unreachable', 'Unable to fetch ConfigMap kube-system/weave-net to infer unreachable peers'],
      ['overlay-tunnel-down', log('ERRO', 'Captured frame from MAC (aa:bb:cc:dd:ee:ff) to (11:22) associated with another peer')],
      ['overlay-tunnel-down/vxlan', log('INFO', 'overlay_switch ->[aa:bb(node3)] fastdp timed out waiting for UDP heartbeat')],
      [
        'overlay-tunnel-down',
        log('INFO', '->[10.0.0.3:6783] error during connection attempt: dial tcp :0->10.0.0.3:6783: connect: no route to host'),
      ],
    ],
  },
  harmless: [
    log('INFO', '->[10.0.0.2:6783|aa:bb(node2)]: connection shutting down due to error: cannot connect to ourself'),
    'Deleting interface vethwepl1 failed: no such device',
  ],
};
