import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string =>
  sandboxError(
    'multus',
    `[shop/web-1/033a21ed-e98b-4386-b44f-bf81acf7e3d0:storage]: error adding container to network "storage": ${cause}`,
  );

export const whereabouts: PluginSamples = {
  daemonSet: daemonSet({
    name: 'whereabouts',
    namespace: 'kube-system',
    labels: { app: 'whereabouts', name: 'whereabouts' },
    containers: { whereabouts: 'ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.0' },
  }),
  texts: {
    event: [
      [
        'ip-pool-exhausted/pool-full',
        event(
          'Error at storage engine: Could not allocate IP in range: ip: 192.168.122.145 / - 192.168.122.150 / range: net.IPNet{IP:net.IP{0xc0}}',
        ),
      ],
      ['ip-pool-exhausted/no-block-available', event('error at storage engine: no allocated node slice for node')],
      ['cni-datastore-unreachable', event('error at storage engine: k8s get OverlappingRangeIPReservation error: unexpected')],
      ['cni-datastore-unreachable', event('error at storage engine: time limit exceeded while waiting to become leader')],
      ['cni-plugin-unhealthy', event('error at storage engine: unexpected')],
    ],
    log: [
      ['ipam-state-corrupt/leaked-allocations', '2026-03-04T17:24:47Z [debug] pod ref missing for Allocations: shop/web-0'],
      ['ipam-state-corrupt', '2026-03-04T17:24:47Z [error] could not reconcile cluster wide IPs: timeout'],
    ],
  },
  harmless: [event('error at storage engine: k8s pool initialized')],
};
