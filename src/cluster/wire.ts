/**
 * Kubernetes objects as they stand on the wire, which is what `kubectl get -o json` prints.
 *
 * client-node turns timestamps into `Date` and renames `from`, `default` and `continue`; these types undo both, so
 * that evidence is plain JSON from the reader on. Types only: nothing of the client is loaded.
 */
import type {
  CoreV1Event,
  EventsV1Event,
  V1ConfigMap,
  V1Container,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1CronJob,
  V1CSINode,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Job,
  V1LabelSelector,
  V1Lease,
  V1LimitRange,
  V1Namespace,
  V1NetworkPolicy,
  V1NetworkPolicyIngressRule,
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1Node,
  V1NodeCondition,
  V1NodeSelectorTerm,
  V1ObjectMeta,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1PodCondition,
  V1PodSpec,
  V1Probe,
  V1ReplicaSet,
  V1ResourceQuota,
  V1Service,
  V1ServiceAccount,
  V1ServiceCIDR,
  V1StatefulSet,
  V1StorageClass,
  V1Taint,
  V1Toleration,
  V1VolumeAttachment,
} from '@kubernetes/client-node';

/** The JSON shape of a client-node type: dates are RFC 3339 strings, `_from` is `from` again. */
export type Wire<T> = T extends Date
  ? string
  : T extends (infer U)[]
    ? Wire<U>[]
    : T extends object
      ? { [K in keyof T as K extends `_${infer Name}` ? Name : K]: Wire<T[K]> }
      : T;

export type ObjectMeta = Wire<V1ObjectMeta>;
export type LabelSelector = Wire<V1LabelSelector>;

/** What every object of the API has; `metadata` may be absent in hand-written files. */
export interface KubernetesObject {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}

/** An object of a custom resource; its spec and status are read with care, since no schema vouches for them. */
export interface CustomObject<Spec = Record<string, unknown>, Status = Record<string, unknown>> extends KubernetesObject {
  spec?: Spec;
  status?: Status;
}

export type Pod = Wire<V1Pod>;
export type PodSpec = Wire<V1PodSpec>;
export type PodCondition = Wire<V1PodCondition>;
export type Container = Wire<V1Container>;
export type ContainerStatus = Wire<V1ContainerStatus>;
export type Terminated = Wire<V1ContainerStateTerminated>;
export type Probe = Wire<V1Probe>;
export type Toleration = Wire<V1Toleration>;
export type Node = Wire<V1Node>;
export type NodeCondition = Wire<V1NodeCondition>;
export type NodeSelectorTerm = Wire<V1NodeSelectorTerm>;
export type Taint = Wire<V1Taint>;
export type Namespace = Wire<V1Namespace>;
export type ConfigMap = Wire<V1ConfigMap>;
export type Service = Wire<V1Service>;
export type EndpointSlice = Wire<V1EndpointSlice>;
export type DaemonSet = Wire<V1DaemonSet>;
export type Deployment = Wire<V1Deployment>;
export type ReplicaSet = Wire<V1ReplicaSet>;
export type StatefulSet = Wire<V1StatefulSet>;
export type Job = Wire<V1Job>;
export type CronJob = Wire<V1CronJob>;
export type PersistentVolume = Wire<V1PersistentVolume>;
export type PersistentVolumeClaim = Wire<V1PersistentVolumeClaim>;
export type StorageClass = Wire<V1StorageClass>;
export type VolumeAttachment = Wire<V1VolumeAttachment>;
export type CSINode = Wire<V1CSINode>;
export type ServiceAccount = Wire<V1ServiceAccount>;
export type ResourceQuota = Wire<V1ResourceQuota>;
export type LimitRange = Wire<V1LimitRange>;
export type Lease = Wire<V1Lease>;
export type ServiceCIDR = Wire<V1ServiceCIDR>;
export type NetworkPolicy = Wire<V1NetworkPolicy>;
export type NetworkPolicyIngressRule = Wire<V1NetworkPolicyIngressRule>;
export type NetworkPolicyEgressRule = Wire<V1NetworkPolicyEgressRule>;
export type NetworkPolicyPeer = Wire<V1NetworkPolicyPeer>;
export type NetworkPolicyPort = Wire<V1NetworkPolicyPort>;

/**
 * An event of either API. Snapshots may hold both: `core/v1` says `involvedObject` and `message`,
 * `events.k8s.io/v1` says `regarding` and `note`; `facts/events.ts` reads them as one.
 */
export type ClusterEvent = Partial<Wire<CoreV1Event>> & Partial<Wire<EventsV1Event>> & KubernetesObject;
