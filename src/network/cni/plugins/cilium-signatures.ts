import { readIn, type Signature, type Where } from '../signature.ts';

const agent = { where: ['log'] as readonly Where[], containers: ['cilium-agent', 'config'] };
const operator = { where: ['log', 'object'] as readonly Where[], containers: ['cilium-operator'] };
const poolGrows = { needs: { olderThanMs: 180_000 } };
const starts = { ...agent, needs: { olderThanMs: 120_000 } };

const binary = readIn('cilium/cilium:plugins/cilium-cni/cmd/cmd.go');
const pool = readIn('cilium/cilium:pkg/ipam/pool.go');
const multiPool = readIn('cilium/cilium:pkg/ipam/multipool.go');
const crd = readIn('cilium/cilium:pkg/ipam/crd.go');
const podCidr = readIn('cilium/cilium:pkg/ipam/allocator/podcidr/podcidr.go');
const cloudNode = readIn('cilium/cilium:pkg/ipam/node.go');
const eni = readIn('cilium/cilium:pkg/aws/eni/node.go');
const linuxNode = readIn('cilium/cilium:pkg/datapath/linux/node.go');
const loader = readIn('cilium/cilium:pkg/datapath/loader/netlink.go');
const devices = readIn('cilium/cilium:pkg/datapath/linux/devices.go');
const client = readIn('cilium/cilium:pkg/k8s/client/cell.go');
const limits = readIn('cilium/cilium#25778');

const addresses: readonly Signature[] = [
  binary.strong('ip-pool-exhausted/node-range-full', /postIpam\w*Failure:? *(\{|:)? *range is full/),
  binary.strong('ip-pool-exhausted/node-range-full', /unable to allocate \S+ via (local )?cilium agent: .*range is full/),
  binary.strong('ip-pool-exhausted/node-range-full', /(failed to|unable to) allocate (router|health|ingress) IP\S* .*range is full/),
  pool.strong('ip-pool-exhausted/pool-full', /all (pod )?CIDR ranges are exhausted/),
  multiPool.strong('ip-pool-exhausted/no-block-available', /pool not \(yet\) available/, poolGrows),
  // Other reasons may follow, or none: whichever it is, the agent has no address to give.
  binary.weak('ip-pool-exhausted', /unable to allocate \S+ via (local )?cilium agent: .*postIpam\w*Failure/),
  crd.strong('ip-pool-exhausted', /no IPs currently available on the node/, poolGrows),
  crd.strong('ip-pool-exhausted', /No more IPs available/, poolGrows),
  crd.strong('ip-pool-exhausted', /Waiting for IPs to become available in CRD-backed allocation pool/, { ...agent, ...poolGrows }),
  podCidr.strong('ip-pool-exhausted/pool-full', /allocator .*full/, { where: ['object'] }),
  podCidr.strong('ip-pool-exhausted/pool-full', /(unable to allocate|no more) (pod ?)?CIDRs?\b.*(full|available|left)/, operator),
  cloudNode.strong('ip-pool-exhausted/eni-limit', /Instance is out of interfaces/, { where: ['log', 'object'] }),
  eni.strong('ip-pool-exhausted/subnet-full', /No matching subnet available for interface creation/, { where: ['log', 'object'] }),
  cloudNode.weak(
    'cloud-network-misconfigured',
    /Unable to (assign additional IPs to interface|create interface on instance|allocate ENI)/,
    operator,
  ),
  podCidr.strong('ipam-state-corrupt', /node has CIDRs allocated \(.*\) that conflict with requested CIDRs/, operator),
  podCidr.strong('pod-cidr-overlap', /allocator not configured for the requested CIDR/, operator),
  crd.weak('static-ip-conflict', /IP already in use/),
  crd.weak('ipam-state-corrupt', /IP \S+ is not available/),
  // The agent has an endpoint with the address still, and its allocator, or another's, has given it again.
  readIn('cilium/cilium:daemon/cmd/endpoint.go').weak('ipam-state-corrupt', /IP ipv[46]:\S+ is already in use/),
  // The agent waits for it with "Waiting for k8s node information", and every agent that starts may for some seconds.
  readIn('cilium/cilium:pkg/k8s/init.go').strong(
    'node-pod-cidr-missing',
    /required IPv[46] (PodCIDR not available|pod CIDR not present in node resource)/,
    starts,
  ),
];

const health: readonly Signature[] = [
  binary.strong('cni-plugin-unhealthy/agent-not-answering', /unable to connect to Cilium (agent|daemon)/, {
    unless: { 'other-plugin-installed': 'multiple-cni-plugins', 'agent-absent': 'cni-not-initialized/no-pod-on-node' },
  }),
  binary.strong('cni-plugin-unhealthy/agent-not-answering', /dial unix \S*\/cilium\.sock: (connect|getsockopt):/, {
    unless: { 'other-plugin-installed': 'multiple-cni-plugins', 'agent-absent': 'cni-not-initialized/no-pod-on-node' },
  }),
  binary.strong('cni-plugin-unhealthy/agent-not-answering', /unable to retrieve configuration from Cilium agent:/),
  limits.strong('cni-plugin-unhealthy/agent-not-answering', /Cilium API client timeout exceeded/),
  limits.strong('cni-plugin-unhealthy/agent-not-answering', /unable to create endpoint: .*(EOF|\[429\]|putEndpointIdTooManyRequests)/),
  limits.weak('cni-plugin-unhealthy', /unable to create endpoint: .*(putEndpointIdFailed|putEndpointIdInvalid|\[500\])/),
  binary.strong('cni-plugin-unhealthy', /CNI PrevResult supplied, but not in chaining mode/),
  binary.weak('cni-plugin-unhealthy', /failed to invoke delegated plugin ADD for IPAM:/),
  readIn('cilium/cilium:operator/cmd/root.go').strong(
    'cni-plugin-unhealthy',
    /no matches for kind \S+ in version|failed to setup field indexer/,
    { where: ['log'], containers: ['cilium-operator', 'cilium-agent'] },
  ),
  readIn('cilium/cilium:pkg/datapath/linux/probes/probes.go').strong(
    'cni-plugin-unhealthy/crash-looping',
    /(BPF system config check: NOT OK|minimal supported kernel version|Unable to mount BPF filesystem|kernel does not support)/,
    agent,
  ),
  devices.strong(
    'cni-plugin-unhealthy/crash-looping',
    /unable to determine (direct routing|multicast) device|k8s is enabled, but still failed to find node IP/,
    agent,
  ),
  client.strong('cni-datastore-unreachable', /Unable to contact k8s api-?server/, agent),
  readIn('cilium/cilium:pkg/kvstore/etcd.go').strong(
    'cni-datastore-unreachable/etcd',
    /Unable to (setup|connect to) kvstore|Failed to establish initial session to kvstore|not able to connect to any etcd endpoints/,
  ),
];

const traffic: readonly Signature[] = [
  crd.strong('cloud-network-misconfigured', /None of the VPC CIDRs contains the specified native routing CIDR/, agent),
  readIn('cilium/cilium:pkg/hubble/parser/threefour/parser.go').strong(
    'network-policy-blocking',
    /policy-verdict:none (INGRESS|EGRESS) DENIED|Policy denied( by denylist)? DROPPED|Policy denied \(\d+\)|drop \(Policy denied/,
    { where: ['log'] },
  ),
  linuxNode.strong('route-misconfigured', /must be directly reachable/, agent),
  linuxNode.weak('route-misconfigured', /(Unable|Failed) to (install|insert|update|add) (direct )?(node )?route/, agent),
  loader.strong('overlay-tunnel-down/vxlan', /(setting up|creating|set up|create) (vxlan device|device cilium_vxlan)/, agent),
  loader.strong('overlay-tunnel-down/geneve', /(setting up|creating|set up|create) (geneve device|device cilium_geneve)/, agent),
  // Before 1.14 a script set the device up, and the kernel refuses its port where another tunnel device has it.
  readIn('cilium/cilium:bpf/init.sh').strong('overlay-tunnel-down', /RTNETLINK answers: Address already in use/, agent),
  readIn('cilium/cilium:pkg/wireguard/agent/agent.go').strong(
    'overlay-tunnel-down/wireguard',
    /(failed|unable) to (initiali[sz]e|create|start|setup|set up|configure) wireguard/,
    agent,
  ),
];

/** What Cilium's binary, agent and operator write; GKE Dataplane V2 runs the same agent. */
export const ciliumSignatures: readonly Signature[] = [...addresses, ...health, ...traffic];
