import { readIn, type Signature, type Where } from '../signature.ts';

const probe = { where: ['probe', 'log'] as readonly Where[] };
const node = { where: ['log'] as readonly Where[], containers: ['calico-node'] };
const either = { where: ['event', 'log', 'probe'] as readonly Where[] };
const controllers = { where: ['log'] as readonly Where[], containers: ['calico-kube-controllers'] };
const install = { where: ['log'] as readonly Where[], containers: ['install-cni', 'calico-node'] };
const minutes = (count: number) => ({ needs: { olderThanMs: count * 60_000 } });

const health = readIn('projectcalico/calico:node/pkg/health/health.go');
const bird = readIn('projectcalico/calico:node/pkg/health/bird/bird.go');
const ipam = readIn('projectcalico/calico:libcalico-go/lib/ipam/ipam.go');
const block = readIn('projectcalico/calico:libcalico-go/lib/ipam/ipam_block.go');
const ipamPlugin = readIn('projectcalico/calico:cni-plugin/pkg/ipamplugin/ipam_plugin.go');
const collector = readIn('projectcalico/calico:kube-controllers/pkg/controllers/node/ipam.go');
const dataplane = readIn('projectcalico/calico:cni-plugin/pkg/dataplane/linux/dataplane_linux.go');
const k8s = readIn('projectcalico/calico:cni-plugin/pkg/k8s/k8s.go');
const plugin = readIn('projectcalico/calico:cni-plugin/pkg/plugin/plugin.go');
const installer = readIn('projectcalico/calico:cni-plugin/pkg/install/install.go');
const startup = readIn('projectcalico/calico:node/pkg/lifecycle/startup/startup.go');
const autodetection = readIn('projectcalico/calico:node/pkg/lifecycle/startup/autodetection/interfaces.go');
const errors = readIn('projectcalico/calico:libcalico-go/lib/errors/errors.go');
const felix = readIn('projectcalico/calico:felix/daemon/daemon.go');
const internalDataplane = readIn('projectcalico/calico:felix/dataplane/linux/int_dataplane.go');
const vxlan = readIn('projectcalico/calico:felix/vxlanfdb/vxlan_fdb.go');
const birdDaemon = readIn('projectcalico/bird:proto/bgp/bgp.c');

const readiness: readonly Signature[] = [
  health.strong('overlay-tunnel-down/bgp', /BIRD6? is not ready: BGP not established with/, { ...either, needs: { olderThanMs: 60_000 } }),
  bird.strong('cni-plugin-unhealthy/not-ready', /BIRD6? is not ready: error querying BIRD: unable to connect to BIRDv/, either),
  health.strong('cni-plugin-unhealthy/not-ready', /failed to stat\(\) nodename file/, either),
  health.strong('cni-plugin-unhealthy/not-ready', /felix is not (ready|live): (readiness|liveness) probe reporting \d+/, {
    ...probe,
    ...minutes(2),
  }),
  health.strong('cni-plugin-unhealthy/not-ready', /felix is not (ready|live): Get \S*:9099\/(readiness|liveness)/, probe),
  health.strong('cni-plugin-unhealthy/not-ready', /bird6?\/confd is not live:/, probe),
];

const addresses: readonly Signature[] = [
  ipamPlugin.strong('ip-pool-exhausted/pool-full', /Assigned 0 out of \d+ requested IPv[46] addresses/),
  ipamPlugin.strong('ip-pool-exhausted/pool-full', /failed to request \d+ IPv[46] addresses\. IPAM allocated only \d+/),
  ipam.strong('ip-pool-exhausted/pool-full', /No IPs available in pools:/),
  ipam.strong('ip-pool-exhausted/pool-full', /All addresses exhausted in pool/),
  ipam.strong('ip-pool-exhausted/no-block-available', /No more free affine blocks and strict affinity enabled/),
  ipam.strong('ip-pool-exhausted/no-block-available', /Need to allocate an IPAM block but could not - limit of \d+ blocks reached/),
  ipam.strong('ip-pool-exhausted/no-block-available', /cannot allocate new block due to per host block limit/),
  ipam.strong('ip-pool-exhausted/no-block-available', /no configured Calico pools/),
  ipam.strong('ip-pool-exhausted/no-block-available', /cannot find a qualified ippool/),
  ipam.weak('ip-pool-exhausted/no-block-available', /the given pool \S+ does not exist, or is not enabled/),
  ipam.weak('ipam-state-corrupt', /Max retries hit - excessive concurrent IPAM requests/),
  block.strong('ipam-state-corrupt', /Block affinity \(.*\) does not match provided/),
  block.strong('ipam-state-corrupt', /Attempt to assign from block .* with no affinity/),
  collector.weak('ipam-state-corrupt/leaked-allocations', /Garbage collecting leaked IP addresses/, controllers),
  collector.strong('ipam-state-corrupt/leaked-allocations', /Leaked IP address was not successfully garbage collected/, controllers),
  collector.weak('ipam-state-corrupt/stale-allocation', /Calico Node referenced in IPAM data does not exist/, controllers),
  dataplane.strong('duplicate-pod-ip', /route \(Ifindex: \d+, Dst: \S+, Scope: \S+\) already exists for an interface other than '?cali/),
  block.strong('static-ip-conflict', /Address already assigned in block/),
  ipam.strong('static-ip-conflict', /The provided IP address is not in a configured pool/),
  k8s.weak('static-ip-conflict', /error getting IP from IPAM:/),
  k8s.strong('static-ip-conflict', /ipAddrs is not compatible with configured IPAM:/),
  k8s.strong('static-ip-conflict', /requested feature is not enabled: (floating_ips|ip_addrs_no_ipam)/),
  errors.weak('static-ip-conflict', /address \S+ is in cooldown/),
  k8s.strong('node-pod-cidr-missing', /no podCidrs? for node/),
  startup.weak('pod-cidr-overlap', /Failed to extract CIDRs from kubeadm config/, node),
];

const setUp: readonly Signature[] = [
  startup.strong('cni-plugin-unhealthy', /IPv[46] address conflict|is already using the IPv[46] address/, node),
  startup.strong('cni-plugin-unhealthy', /Couldn'?t autodetect an IPv[46] address|Unable to auto-?detect an IPv[46] address/, node),
  plugin.strong('cni-plugin-unhealthy', /check that the calico\/node container is running and has mounted \/var\/lib\/calico/, {
    unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node' },
  }),
  plugin.strong('cni-plugin-unhealthy', /\/var\/lib\/calico\/nodename: no such file or directory/, {
    unless: { 'agent-absent': 'cni-not-initialized/no-pod-on-node' },
  }),
  installer.strong('cni-not-initialized/no-binary', /Failed to install \S+/, { ...install, needs: { repeated: true } }),
  installer.strong('cni-not-initialized/no-binary', /found no writeable directory, exiting/, install),
  installer.strong('cni-not-initialized/no-config', /CNI config is not valid JSON/, install),
  plugin.strong('cni-plugin-unhealthy/not-ready', /Calico is currently not ready to process requests/),
  plugin.strong('cni-plugin-unhealthy', /Calico CNI panicked during (ADD|DEL)/),
  ipamPlugin.strong('cni-plugin-unhealthy', /failed to upgrade IPAM database:/),
  internalDataplane.strong('cni-plugin-unhealthy', /Kernel'?s RPF check is set to '?loose/, node),
  plugin.strong('cni-datastore-unreachable', /error getting ClusterInformation:/),
  plugin.strong('cni-datastore-unreachable', /error creating calico client:/),
  startup.strong('cni-datastore-unreachable', /Hit error connecting to datastore - retry/, { needs: { repeated: true } }),
  felix.strong('cni-datastore-unreachable', /Failed to connect to Typha/, node),
  readIn('projectcalico/calico:typha/pkg/discovery/discovery.go').strong(
    'cni-datastore-unreachable',
    /Didn'?t find any ready Typha instances/,
    node,
  ),
  felix.weak('cni-datastore-unreachable', /Datastore became unready, need to restart/, node),
  errors.strong('cni-auth-failure/unauthorized', /connection is unauthorized:/),
  startup.strong('cni-auth-failure/unauthorized', /Connection to the datastore is unauthorized/),
  installer.strong('cni-auth-failure', /Unable to create token for CNI kubeconfig/, install),
  plugin.strong('cni-version-incompatible', /unsupported CNI version \S+/),
  // Every Kubernetes of Calico's requirements has these; policies of administrators and Calico's own kinds may be missing in health.
  errors.strong(
    'cni-version-incompatible',
    /resource does not exist: Kubernetes(EndpointSlice|NetworkPolic|Service)\S* with error: the server could not find the requested resource/,
    { needs: { repeated: true } },
  ),
  readIn('projectcalico/calico:typha/pkg/syncclient/sync_client.go').strong(
    'cni-version-incompatible',
    /Server responded without support for node resource updates, disconnecting/,
    node,
  ),
];

const traffic: readonly Signature[] = [
  birdDaemon.strong('overlay-tunnel-down/bgp', /BGP: Unexpected connect from unknown address/, node),
  birdDaemon.weak(
    'overlay-tunnel-down/bgp',
    /bird6?: (Mesh|Node|Global)_\S+: (Received|Error|Socket error|State changed to (stop|down)|Connection lost)/,
    node,
  ),
  autodetection.strong(
    'overlay-tunnel-down/bgp',
    /Using autodetected IPv[46] address on interface (br-|docker|virbr|veth|cni\d|lxc|podman)/,
    node,
  ),
  k8s.strong('overlay-tunnel-down/vxlan', /Failed to set node'?s VXLAN tunnel IP/),
  vxlan.strong('overlay-tunnel-down/vxlan', /VXLAN device is down/, node),
  vxlan.weak('overlay-tunnel-down/vxlan', /failed to add\/delete some neighbor entries/, node),
  readIn('projectcalico/calico:felix/routetable/route_table.go').strong(
    'route-misconfigured',
    /Second attempt at updating routing table failed/,
    { ...node, needs: { repeated: true } },
  ),
  dataplane.weak('route-misconfigured', /error adding host side routes for interface:/),
  internalDataplane.strong('mtu-mismatch', /Configured MTU is larger than detected host interface MTU/, node),
  internalDataplane.strong('mtu-mismatch', /Failed to auto-detect host MTU - no interfaces matched the MTU interface pattern/, node),
  readIn('projectcalico/calico:felix/dataplane/linux/vxlan_mgr.go').strong(
    'mtu-mismatch',
    /Failed to set (vxlan |ipip )?tunnel device MTU/,
    { ...node, needs: { repeated: true } },
  ),
  startup.strong('node-network-unavailable', /Unable to set NetworkUnavailable to False/, node),
  readIn('projectcalico/calico:api/pkg/apis/projectcalico/v3/ippool.go').strong('pod-cidr-overlap/pool-pool', /CIDROverlap/, {
    where: ['object'],
  }),
  readIn('tigera/operator:pkg/controller/ippool/defaults.go').strong(
    'pod-cidr-overlap',
    /IPPool \S+ is not within the platform'?s configured pod network CIDR/,
    { where: ['log', 'object'] },
  ),
];

/** What Calico's binaries, agent and controllers write; Canal runs the same ones. */
export const calicoSignatures: readonly Signature[] = [...readiness, ...addresses, ...setUp, ...traffic];
