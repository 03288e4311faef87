import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('antrea', cause);
const log = (text: string): string => `E0304 17:24:47.807000       1 agent.go:317] "${text}"`;

export const antrea: PluginSamples = {
  daemonSet: daemonSet({
    name: 'antrea-agent',
    namespace: 'kube-system',
    labels: { app: 'antrea', component: 'antrea-agent' },
    containers: { 'antrea-agent': 'antrea/antrea-agent-ubuntu:v2.2.0', 'antrea-ovs': 'antrea/antrea-agent-ubuntu:v2.2.0' },
  }),
  texts: {
    event: [
      ['ip-pool-exhausted/pool-full', event('failed to allocate IP: Pool east is exhausted')],
      ['ip-pool-exhausted/pool-full', event('all IPPools exhausted')],
      ['static-ip-conflict', event('IP 10.2.0.5 does not belong to IPPool east')],
      ['static-ip-conflict', event('no valid IPPool found for configured pools: [east]')],
      ['ipam-state-corrupt', event('inconsistent state for IP Pool east with IP 10.2.0.5')],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /var/run/antrea/cni.sock: connect: connection refused"',
        ),
      ],
      ['cni-plugin-unhealthy', event('failed to add OVS port for container 4f: timed out')],
      [
        'cni-plugin-unhealthy',
        event('failed to connect to ovs for container 4f: failed to get of_port of OVS port web-1d1224: timed out after 5002 ms'),
      ],
      ['cni-version-incompatible', event('Unsupported CNI version [1.1.0]')],
    ],
    log: [
      ['ipam-state-corrupt/leaked-allocations', log('not all unused IPs could be released from host-local IPAM plugin')],
      ['node-pod-cidr-missing', log('Spec.PodCIDR is empty for Node worker-1. Please make sure --allocate-node-cidrs is enabled')],
      ['cni-plugin-unhealthy/not-ready', log('Cannot process CmdAdd request for container because network is not ready')],
      ['cni-plugin-unhealthy', log('Failed to create OVS bridge: timeout')],
      ['cni-plugin-unhealthy', log('Failed to connect to OVSDB socket /var/run/openvswitch/db.sock: connection refused')],
      ['cni-plugin-unhealthy', log("the required OVS DP feature 'CTState' is not supported")],
      ['cni-datastore-unreachable', log('Failed to start watch type=AddressGroup')],
      ['overlay-tunnel-down', log('Failed to create tunnel port on OVS bridge: exists')],
      ['overlay-tunnel-down', log('IPsec was requested, but the OVS IPsec monitor does not seem to be running')],
      ['overlay-tunnel-down', log('failed to get local IPNet device with IP 10.0.0.1')],
      ['overlay-tunnel-down/wireguard', log('WireGuard is not supported by the kernel')],
    ],
    probe: [
      ['cni-plugin-unhealthy/not-ready', 'Readiness probe failed: [-]ovs-connection failed: disconnected from OFSwitch'],
      ['cni-datastore-unreachable', 'Readiness probe failed: some watchers may not be connected'],
    ],
  },
  harmless: [log('Waiting for Antrea client to be ready')],
};
