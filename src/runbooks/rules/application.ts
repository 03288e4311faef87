import { valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import { oncePer } from '../../core/once-per.ts';
import type { Case } from '../../core/runbook.ts';
import { confirmedOr, doesNotApply, unknown } from '../../core/verdict.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Node } from '../../cluster/wire.ts';
import type { WorkloadPods } from '../../collectors/owner.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import type { PodLog } from '../../collectors/pod-logs.ts';
import type { PodReferences } from '../../collectors/pod-references.ts';
import type { PodRow } from '../../collectors/pod-row.ts';
import { applicationFindings } from '../../facts/application/application-findings.ts';
import { creationFindings } from '../../facts/application/creation.ts';
import type { ApplicationEvidence, NodeUsage } from '../../facts/application/evidence.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { isReady } from '../../facts/pods.ts';
import { unlessUnread } from './combine.ts';

/** What the rule asks; what is missing there is neither fine nor broken. */
export interface ApplicationReadings {
  readonly pod: SubjectPod;
  readonly podEvents: Evidence<readonly ObservedEvent[]>;
  readonly ownerEvents: Evidence<readonly ObservedEvent[]>;
  readonly podLogs: Evidence<readonly PodLog[]>;
  readonly podReferences: Evidence<PodReferences>;
  readonly node: Evidence<Node | undefined>;
  readonly nodeEvents: Evidence<readonly ObservedEvent[]>;
  readonly nodes: Evidence<readonly Node[]>;
  readonly podRows: Evidence<readonly PodRow[]>;
  readonly owner: Evidence<WorkloadPods>;
}

/** Is the pod not Ready, or without an address, for a reason that is not the network: its application, its image, its placement? */
export function applicationLevel(readings: ApplicationReadings, at: Case): Verdict {
  const { pod } = readings.pod;
  if (pod === undefined) return notCreated(readings, at);
  if (isReady(pod) && (pod.status?.podIP ?? '') !== '') return doesNotApply('the pod is Ready and has an address');
  const found = applicationFindings(applicationEvidence(readings), at);
  const findings = isForTheNetworkOfMany(at) ? found.map((one) => ({ ...one, confidence: 'possible' as const })) : found;
  const verdict = confirmedOr(findings, 'status, events and logs of the pod name no fault of the application, its image or its placement');
  return unlessUnread(verdict, readings.podEvents, readings.podLogs, readings.podReferences);
}

/** An alert about the network of a node or of more was hardly raised by the one pod that was chosen for it, if its application fails. */
function isForTheNetworkOfMany({ alert, target }: Case): boolean {
  return alert.alertname === 'KubeNetworkPluginError' && target.kind !== 'pod';
}

/** Where there is no pod, its owner's events may say why none can be made: a quota, a missing service account, admission. */
function notCreated({ owner, ownerEvents }: ApplicationReadings, at: Case): Verdict {
  const workload = valueOf(owner)?.owner ?? null;
  if (workload === null) return doesNotApply('there is no pod to look at');
  if (ownerEvents.status === 'missing') return unknown(`needs the events of ${workload.kind} ${workload.name}: ${ownerEvents.why}`);
  return confirmedOr(
    creationFindings(workload, ownerEvents.value, at),
    `no event of ${workload.kind} ${workload.name} says that a pod could not be created`,
  );
}

function applicationEvidence(readings: ApplicationReadings & { readonly pod: SubjectPod }): ApplicationEvidence {
  const references = valueOf(readings.podReferences);
  const rows = valueOf(readings.podRows);
  return {
    pod: readings.pod.pod ?? {},
    // The status alone proves most of it; without events, what they would have said stays open.
    events: readings.podEvents.status === 'missing' ? undefined : [...readings.podEvents.value, ...(valueOf(readings.ownerEvents) ?? [])],
    logs: valueOf(readings.podLogs),
    node: valueOf(readings.node),
    nodeEvents: valueOf(readings.nodeEvents),
    nodes: valueOf(readings.nodes),
    usage: rows === undefined ? undefined : usageByNode(rows),
    claims: references?.claims,
    claimEvents: references?.claimEvents,
    volumes: references?.volumes,
    storageClasses: references?.storageClasses,
    configMaps: references?.configMaps,
    serviceAccountExists: references?.serviceAccountExists,
    quotas: references?.quotas,
    siblings: valueOf(readings.owner)?.siblings,
  };
}

/** What the pods of each node ask of it together; finished pods ask nothing (kube-scheduler counts alike). */
const usageByNode = oncePer((rows: readonly PodRow[]): readonly NodeUsage[] => {
  const usage = new Map<string, NodeUsage>();
  for (const { node, phase, requests } of rows) {
    if (node === null || phase === 'Succeeded' || phase === 'Failed') continue;
    const { pods = 0, cpuMillis = 0, memoryBytes = 0 } = usage.get(node) ?? {};
    usage.set(node, { node, pods: pods + 1, cpuMillis: cpuMillis + requests.cpuMillis, memoryBytes: memoryBytes + requests.memoryBytes });
  }
  return [...usage.values()];
});
