import { kinds } from '../kinds.ts';
import type { AnyObject, Kind, Kinds } from '../kinds.ts';
import type { ClusterEvent } from '../wire.ts';

/** The fields that a selector may name, each with its value in an object. A field that is accepted and not set is ''. */
export type SelectableFields = Readonly<Record<string, (object: AnyObject) => string>>;

const name = (object: AnyObject): string => object.metadata?.name ?? '';
const namespace = (object: AnyObject): string => object.metadata?.namespace ?? '';
const always = { 'metadata.name': name, 'metadata.namespace': namespace };

type Field<K extends Kind> = (object: Kinds[K]) => string | number | boolean | undefined;

/** Reads a field of an object of a kind. */
function of<K extends Kind>(_kind: K, read: Field<K>): (object: AnyObject) => string {
  return (object) => String(read(object as Kinds[K]) ?? '');
}

/** What the event is about: `involvedObject`, or `regarding` where it was read as events.k8s.io/v1. */
const about = (read: (reference: NonNullable<ClusterEvent['involvedObject']>) => string | undefined) =>
  of('Event', (event) => {
    const reference = event.involvedObject ?? event.regarding;
    return reference === undefined ? '' : read(reference);
  });

const nodeName = of('Pod', (pod) => pod.spec?.nodeName);

/**
 * Fields beyond `metadata`, by kind, from the conversions and strategies of kubernetes/kubernetes (the v1 conversion.go of pkg/apis,
 * the strategy.go of pkg/registry). Any other field is refused with 400.
 */
const byKind: Partial<Record<Kind, SelectableFields>> = {
  Pod: {
    ...always,
    'spec.nodeName': nodeName,
    'spec.host': nodeName,
    'spec.restartPolicy': of('Pod', (pod) => pod.spec?.restartPolicy),
    'spec.schedulerName': of('Pod', (pod) => pod.spec?.schedulerName),
    'spec.serviceAccountName': of('Pod', (pod) => pod.spec?.serviceAccountName),
    'spec.hostNetwork': of('Pod', (pod) => pod.spec?.hostNetwork ?? false),
    'status.phase': of('Pod', (pod) => pod.status?.phase),
    // Only the first address counts.
    'status.podIP': of('Pod', (pod) => pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP),
    // Accepted by the conversion, but the strategy never sets it: it matches nothing.
    'status.podIPs': () => '',
    'status.nominatedNodeName': of('Pod', (pod) => pod.status?.nominatedNodeName),
  },
  Node: { 'metadata.name': name, 'spec.unschedulable': of('Node', (node) => node.spec?.unschedulable ?? false) },
  Namespace: { 'metadata.name': name, 'status.phase': of('Namespace', (one) => one.status?.phase) },
  Service: {
    ...always,
    'spec.clusterIP': of('Service', (service) => service.spec?.clusterIP),
    'spec.type': of('Service', (service) => service.spec?.type),
  },
  Event: {
    ...always,
    'involvedObject.kind': about((reference) => reference.kind),
    'involvedObject.namespace': about((reference) => reference.namespace),
    'involvedObject.name': about((reference) => reference.name),
    'involvedObject.uid': about((reference) => reference.uid),
    'involvedObject.apiVersion': about((reference) => reference.apiVersion),
    'involvedObject.resourceVersion': about((reference) => reference.resourceVersion),
    'involvedObject.fieldPath': about((reference) => reference.fieldPath),
    reason: of('Event', (event) => event.reason),
    reportingComponent: of('Event', (event) => event.reportingComponent ?? event.reportingController),
    source: of(
      'Event',
      (event) => (event.source?.component ?? event.deprecatedSource?.component) || (event.reportingComponent ?? event.reportingController),
    ),
    type: of('Event', (event) => event.type),
  },
  ReplicaSet: { ...always, 'status.replicas': of('ReplicaSet', (set) => set.status?.replicas ?? 0) },
  Job: { ...always, 'status.successful': of('Job', (job) => job.status?.succeeded ?? 0) },
};

/** The fields by which objects of a kind can be selected; custom resources know their name and namespace only. */
export function selectableFields(kind: Kind): SelectableFields {
  const { group, namespaced } = kinds[kind];
  const isBuiltIn = group === '' || !group.includes('.') || group.endsWith('.k8s.io');
  return byKind[kind] ?? (namespaced || isBuiltIn ? always : { 'metadata.name': name });
}
