import { readIn, type Signature, type Where } from '../signature.ts';

/** Looked for only where nobody's own words were found: plugins that are not known here, and wordings to come. */
const event = { where: ['event', 'condition'] as readonly Where[], onlyOfCni: true } as const;
const spoken = { where: ['event', 'condition', 'log'] as readonly Where[], onlyOfCni: true } as const;

/** The words that the errors of plugins have in common; the specification names the cases. */
const cni = readIn('containernetworking/cni:SPEC.md');

/** Words that many plugins use, and none of them alone. */
export const commonSignatures: readonly Signature[] = [
  cni.weak(
    'ip-pool-exhausted',
    /\b(no|not enough|out of|insufficient) ((more|free|available|unused|remaining|usable) )*(IPv[46] |pod )?(IP address|addresses|IPs? (available|left|remaining))/,
    spoken,
  ),
  cni.weak('ip-pool-exhausted', /\b(no|not enough|out of|insufficient) (more|free|available|unused|remaining|usable) IPs?\b/, spoken),
  cni.weak(
    'ip-pool-exhausted',
    /(IP|address|subnet) ?(pool|range|space|block)s?( \S+)? (is|are|was|has been) (full|exhausted|depleted|used up)/,
    spoken,
  ),
  cni.weak(
    'ip-pool-exhausted',
    /(NoAvailableAddress|IpNotEnough|IpAddressGenerationFailure|all IP addresses used out|AddressExhausted)/,
    spoken,
  ),
  cni.weak(
    'static-ip-conflict',
    /(static|requested|specified|fixed|desired) IP( address)?[: ]+\S+ (is )?(already|in use|taken|not available|occupied)/,
    event,
  ),
  cni.weak('static-ip-conflict', /AddressConflict|IP address conflict/, event),
  cni.weak(
    'ipam-state-corrupt/address-already-allocated',
    /(IP|address) \S+ (is |has been )?already (allocated|assigned|reserved|in use)/,
    event,
  ),
  cni.weak('ipam-state-corrupt', /(do|does)(n'?t| not) match the (current|recorded|existing) IP (allocation|reservation|record)/, event),
  cni.weak('duplicate-pod-ip', /duplicate (IP|address)( address)? (detected|found)/, event),
  cni.weak('pod-cidr-overlap', /(CIDR|subnet|network|range)\S* .{0,80}(overlap|conflict)(s|ping)? with/, spoken),
  cni.weak('node-pod-cidr-missing', /pod ?CIDRs?\b.{0,40}(not (been )?(assigned|allocated|set|found|available)|is empty|missing)/, {
    ...spoken,
    needs: { olderThanMs: 120_000 },
  }),
  cni.weak('node-pod-cidr-missing', /(no|missing|empty|without( a)?) pod ?CIDRs?\b/, { ...event, needs: { olderThanMs: 120_000 } }),
  cni.weak('cni-version-incompatible', /CNI (spec |config )?version.{0,40}(mismatch|incompatible|unsupported|not supported)/, spoken),
  cni.weak('cni-version-incompatible', /the server could not find the requested resource/, { ...event, needs: { repeated: true } }),
  cni.weak('overlay-tunnel-down/vxlan', /vxlan.{0,60}(failed|not supported|unreachable|timed out|no such device)/, event),
  cni.weak('overlay-tunnel-down/wireguard', /wireguard.{0,60}(failed|not supported|unreachable|timed out|no such device)/, event),
  cni.weak('overlay-tunnel-down/geneve', /geneve.{0,60}(failed|not supported|unreachable|timed out|no such device)/, event),
  cni.weak('overlay-tunnel-down/bgp', /BGP.{0,60}(not established|session (is )?down|hold timer expired)/, spoken),
  cni.weak('mtu-mismatch', /(failed|unable|could not) (to )?set \S*mtu|message too long, mtu=\d+|invalid mtu/, spoken),
  cni.weak('route-misconfigured', /(failed|unable|could not) (to )?(add|install|program|create|replace) \S* ?routes?\b/, event),
  cni.weak(
    'cni-plugin-unhealthy/agent-not-answering',
    /(agent|daemon|server|daemonset)( \S+)? (is |was )?not (running|ready|reachable|responding|available)/,
    event,
  ),
];
