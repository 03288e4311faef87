import type { Node, Pod } from '../../../cluster/wire.ts';
import type { PoliciesOfPod } from '../../../collectors/network-policies.ts';
import { policyPod } from '../../../network/policy/endpoint.ts';
import { ingressIsolation } from '../../../network/policy/isolation.ts';
import { enforcesPolicies, indexFor } from '../policy-blocks.ts';
import type { Situation } from '../situation.ts';

/** What tells which ports policies keep closed. */
export interface PortPolicies {
  readonly networkPolicies: PoliciesOfPod;
  readonly nodes: readonly Node[] | undefined;
  readonly situation: Situation;
}

/** Whether policies may close a port of the pod to somebody. Where no policy concerns the pod, or none is enforced, to nobody. */
export function filteredPorts(pod: Pod, policies: PortPolicies): (port: number) => boolean {
  if (!enforcesPolicies(policies.situation)) return () => false;
  const { isolatedBy, doubts, ports } = ingressIsolation(indexFor(pod, policies), policyPod(pod));
  if (isolatedBy.length === 0 && doubts.length === 0) return () => false;
  const open = new Set(ports.filter((one) => one.protocol === 'TCP' && one.open === 'to-all').map(({ port }) => port));
  return (port) => !open.has(port);
}
