import type { PolicyPod } from '../network/policy/endpoint.ts';
import type { PolicyIndex } from '../network/policy/policy-index.ts';
import { reach, type ReachResult } from '../network/policy/reach.ts';
import { parsePort } from './reach-query.ts';

/** Pods that policies cannot tell apart but by their addresses: of one workload, with the same labels and service account. */
export interface WorkloadGroup {
  /** `namespace/Kind/name`, or `namespace/pod` for a bare pod. */
  readonly name: string;
  readonly pods: readonly [PolicyPod, ...PolicyPod[]];
}

/** A result of the matrix: asked of one pod of each workload. */
export interface MatrixResult extends ReachResult {
  readonly fromWorkload: string;
  readonly toWorkload: string;
}

/** Labels that differ between the pods of one workload; they tell them apart only where a policy speaks of the label. */
const ownToEachPod = [
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
];

/** The running pods by workload, in order of name; a workload whose pods have different labels is several groups. */
function workloadGroups(index: PolicyIndex): WorkloadGroup[] {
  const live = [...index.pods.values()].filter(({ finished }) => !finished).sort((a, b) => (fullName(a) < fullName(b) ? -1 : 1));
  const ignored = ownToEachPod.filter((label) => !index.mentions(label));
  const groups = Map.groupBy(live, (pod) => `${workloadName(pod)}\n${signature(pod, ignored)}`);
  const found = [...groups.values()].flatMap((pods): WorkloadGroup[] => {
    const [first, ...others] = pods;
    return first === undefined ? [] : [{ name: workloadName(first), pods: [first, ...others] }];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const fullName = ({ namespace, name }: PolicyPod): string => `${namespace}/${name}`;

function workloadName(pod: PolicyPod): string {
  return pod.workload === null ? fullName(pod) : `${pod.namespace}/${pod.workload}`;
}

function signature({ labels, hostNetwork, serviceAccount, ports }: PolicyPod, ignored: readonly string[]): string {
  const entries = Object.entries(labels).filter(([key]) => !ignored.includes(key));
  return JSON.stringify([entries.sort(([a], [b]) => (a < b ? -1 : 1)), hostNetwork, serviceAccount, ports]);
}

/** Every workload to every declared port of every workload; of a workload with itself, between two of its pods where it has two. */
export function* matrix(index: PolicyIndex): Generator<MatrixResult> {
  const groups = workloadGroups(index);
  for (const target of groups) {
    const ports = new Set(target.pods[0].ports.map(({ port, protocol }) => `${port}/${protocol}`));
    for (const port of [...ports].flatMap((text) => parsePort(text) ?? [])) {
      for (const source of groups) {
        const from = source === target ? (source.pods[1] ?? source.pods[0]) : source.pods[0];
        const result = reach(index, { from: fullName(from), to: fullName(target.pods[0]), ...port });
        if (!('error' in result)) yield { fromWorkload: source.name, toWorkload: target.name, ...result };
      }
    }
  }
}
