import { daemonSet, sandboxError, type PluginSamples } from './sample.ts';

const event = (cause: string): string => sandboxError('cilium-cni', cause);
const log = (level: string, message: string): string => `time="2026-03-04T17:24:47Z" level=${level} msg="${message}" subsys=daemon`;

export const cilium: PluginSamples = {
  daemonSet: daemonSet({
    name: 'cilium',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'cilium' },
    containers: { 'cilium-agent': 'quay.io/cilium/cilium:v1.16.3@sha256:62d2a09bbef840a46099ac4c69421c90f84f28d018d479749049011329aa7f28' },
  }),
  texts: {
    event: [
      [
        'ip-pool-exhausted/node-range-full',
        event('unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  range is full'),
      ],
      ['ip-pool-exhausted/node-range-full', event('unable to allocate IPs via cilium agent: range is full')],
      [
        'ip-pool-exhausted/pool-full',
        event('unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure "all pod CIDR ranges are exhausted"'),
      ],
      [
        'ip-pool-exhausted',
        event(
          'unable to allocate IP via local cilium agent: no IPs currently available on the node, allocation will be retried once Cilium Operator allocates more IPs',
        ),
      ],
      ['ip-pool-exhausted', event('unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure No more IPs available')],
      [
        'ip-pool-exhausted/no-block-available',
        event(
          'unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure  unable to allocate from pool "pool-v4" (family ipv6): pool not (yet) available',
        ),
      ],
      ['ip-pool-exhausted', event('unable to allocate IP via local cilium agent: [POST /ipam][502] postIpamFailure ')],
      ['static-ip-conflict', event('unable to allocate IP via local cilium agent: IP already in use')],
      ['ipam-state-corrupt', event('unable to allocate IP via local cilium agent: IP 10.0.1.4 is not available')],
      [
        'ipam-state-corrupt/address-already-allocated',
        event('unable to create endpoint: [PUT /endpoint/{id}][400] putEndpointIdInvalid "IP ipv4:10.0.1.4 is already in use"'),
      ],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'unable to connect to Cilium daemon: failed to create cilium agent client after 30.000000 seconds timeout: Get "http:///var/run/cilium/cilium.sock/v1/config": EOF',
        ),
      ],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event(
          'unable to connect to Cilium agent: failed to create cilium agent client after 30s: Get "http://localhost/v1/config": dial unix /var/run/cilium/cilium.sock: connect: no such file or directory\nIs the agent running?',
        ),
      ],
      ['cni-plugin-unhealthy/agent-not-answering', event('unable to retrieve configuration from Cilium agent: unexpected')],
      ['cni-plugin-unhealthy/agent-not-answering', event('Unable to create endpoint: Cilium API client timeout exceeded')],
      [
        'cni-plugin-unhealthy/agent-not-answering',
        event('unable to create endpoint: [PUT /endpoint/{id}][429] putEndpointIdTooManyRequests'),
      ],
      [
        'cni-plugin-unhealthy',
        event(
          'unable to create endpoint: [PUT /endpoint/{id}][500] putEndpointIdFailed timeout while waiting for initial endpoint generation',
        ),
      ],
      ['cni-plugin-unhealthy', event('CNI PrevResult supplied, but not in chaining mode')],
      ['cni-plugin-unhealthy', event('failed to invoke delegated plugin ADD for IPAM: unexpected')],
    ],
    log: [
      [
        'ip-pool-exhausted/node-range-full',
        log('fatal', 'Error while creating daemon" error="failed to allocate router IP for family ipv4: range is full'),
      ],
      ['ip-pool-exhausted', log('info', 'Waiting for IPs to become available in CRD-backed allocation pool')],
      ['ip-pool-exhausted/pool-full', log('error', 'Unable to allocate CIDR: allocator is full')],
      ['ip-pool-exhausted/eni-limit', log('warning', 'Instance is out of interfaces')],
      [
        'ip-pool-exhausted/subnet-full',
        log('warning', 'No matching subnet available for interface creation (VPC=vpc-1 AZ=eu-1a SubnetTags={})'),
      ],
      ['cloud-network-misconfigured', log('warning', 'Unable to assign additional IPs to interface, will create new interface')],
      ['ipam-state-corrupt', log('warning', 'node has CIDRs allocated (10.0.1.0/24) that conflict with requested CIDRs (10.0.2.0/24)')],
      ['pod-cidr-overlap', log('warning', 'allocator not configured for the requested CIDR 10.1.0.0/24')],
      ['node-pod-cidr-missing', log('warning', 'Waiting for k8s node information" error="required IPv4 PodCIDR not available')],
      [
        'node-pod-cidr-missing',
        log('warning', 'Waiting for k8s node information" error="required IPv6 pod CIDR not present in node resource'),
      ],
      ['cni-plugin-unhealthy', 'no matches for kind "TLSRoute" in version "gateway.networking.k8s.io/v1alpha2"'],
      ['cni-plugin-unhealthy/crash-looping', log('fatal', 'BPF system config check: NOT OK.')],
      [
        'cni-plugin-unhealthy/crash-looping',
        log('fatal', 'failed to detect devices: unable to determine direct routing device. Use --direct-routing-device to specify it'),
      ],
      ['cni-datastore-unreachable', log('error', 'Unable to contact k8s api-server')],
      ['cni-datastore-unreachable/etcd', log('fatal', 'Unable to setup kvstore')],
      ['cloud-network-misconfigured', log('fatal', 'None of the VPC CIDRs contains the specified native routing CIDR')],
      [
        'network-policy-blocking',
        'Mar 14 16:53:02.773: default/client2:49558 (ID:52749) <> default/server:80 (ID:7156) Policy denied DROPPED (TCP Flags: SYN)',
      ],
      [
        'route-misconfigured',
        log('warning', 'route to destination 192.168.10.2 contains gateway 192.168.1.1, must be directly reachable. Add tunnel'),
      ],
      ['route-misconfigured', log('warning', 'Unable to install direct node route {}')],
      [
        'overlay-tunnel-down/vxlan',
        log('fatal', 'failed while reinitializing datapath: setting up vxlan device: creating vxlan device: file exists'),
      ],
      ['overlay-tunnel-down', log('warning', 'RTNETLINK answers: Address already in use')],
      ['overlay-tunnel-down/geneve', log('fatal', 'setting up geneve device: operation not supported')],
      ['overlay-tunnel-down/wireguard', log('fatal', 'failed to start: failed to create WireGuard agent: operation not supported')],
      ['overlay-tunnel-down/wireguard', log('fatal', 'failed to initialize WireGuard: operation not supported')],
    ],
    object: [
      ['ip-pool-exhausted/pool-full', 'unable to allocate node CIDR: allocator 10.0.0.0/16 full'],
      ['pod-cidr-overlap', 'allocator not configured for the requested CIDR 10.1.0.0/24'],
    ],
  },
  harmless: [
    'unable to allocate CIDR [fd00::700/120] since allocator for IPv6 addresses does not exist',
    log('info', 'Waiting for k8s node information'),
    log('info', 'Establishing connection to apiserver'),
    log('info', 'Renaming /host/etc/cni/net.d/10-calico.conflist to /host/etc/cni/net.d/10-calico.conflist.cilium_bak'),
    log('debug', 'release-ips 10.0.1.4 do-not-release'),
    log(
      'warning',
      'Mismatch of router IPs found during restoration. The Kubernetes resource contains 10.0.0.1, while the filesystem contains 10.0.1.1.',
    ),
  ],
};
