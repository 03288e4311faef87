import { exhibit } from '../../core/evidence.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { ObjectMeta } from '../../cluster/wire.ts';
import type { ClusterCidrs } from '../../collectors/cluster-cidrs.ts';
import type { ConfiguredRange } from '../../collectors/configured-ranges.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { isFinished } from '../../facts/pods.ts';
import { cidrContains, parseAddress, parseCidr } from '../../network/cidr.ts';

/**
 * Was the pod given an address out of the Service range? That proves an overlap whatever the plugin takes its addresses from: only the API
 * server gives addresses of that range, to Services.
 */
export function podInServiceRange({ pod }: SubjectPod, { services }: ClusterCidrs): Verdict {
  const isNetworked = pod !== undefined && pod.spec?.hostNetwork !== true && !isFinished(pod);
  const addresses = isNetworked ? [...new Set([pod.status?.podIP, ...(pod.status?.podIPs ?? []).map(({ ip }) => ip)])] : [];
  const [first] = addresses.flatMap((address = '') =>
    services.filter(({ cidr }) => contains(cidr, address)).map((service) => ({ address, service })),
  );
  const findings = first === undefined ? [] : [finding(pod?.metadata ?? {}, first)];
  return confirmedOr(findings, 'the pod has no address of the Service range');
}

function finding(pod: ObjectMeta, { address, service: { cidr, source } }: { address: string; service: ConfiguredRange }): Finding {
  const { namespace = null, name = '', creationTimestamp = null } = pod;
  const [kind = 'ConfigMap', ...rest] = source.split(' ');
  return {
    cause: 'pod-cidr-overlap',
    detail: 'pod-service',
    title: `Pod ${namespace ?? ''}/${name} has an address of the Service range: ${address} lies in ${cidr}`,
    subject: { kind: 'Range', namespace: null, name: cidr },
    confidence: 'certain',
    summary: `The network plugin gave ${address} to the pod, and ${source} says that Services have ${cidr}. Packets for such an address may go to a Service instead of the pod.`,
    exhibits: [
      exhibit({ kind: 'Pod', namespace, name, field: 'status.podIP' }, address, creationTimestamp),
      exhibit({ kind, name: rest.join(' ') }, `${source}: ${cidr}`),
    ],
    nearness: 'cluster',
    at: null,
    actions: [
      {
        title: "See the addresses of pods and the Services' range",
        command: 'kubectl get pods -A -o wide; kubectl get servicecidrs; kubectl get svc -A',
        risk: 'read-only',
      },
    ],
  };
}

function contains(cidr: string, text: string): boolean {
  const range = parseCidr(cidr);
  const address = parseAddress(text);
  return range !== undefined && address !== undefined && cidrContains(range, address);
}
