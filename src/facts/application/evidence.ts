import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, ResourceQuota, StorageClass } from '../../cluster/wire.ts';
import type { ObservedEvent } from '../events.ts';

/** The end of one container's log; lines may begin with an RFC 3339 time. */
export interface ContainerLog {
  readonly container: string;
  /** Whether it is the log of the run before the present one. */
  readonly previous: boolean;
  readonly text: string;
}

/** What the pods of a node ask of it together. */
export interface NodeUsage {
  readonly node: string;
  readonly pods: number;
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

/** Another pod of the same owner. */
export interface Sibling {
  readonly name: string;
  readonly ready: boolean;
  readonly node: string | null;
}

/** A ConfigMap of the pod's namespace: its name and keys, never its values. */
export interface ConfigMapKeys {
  readonly name: string;
  readonly keys: readonly string[];
}

/**
 * What is known of one pod when asking for a cause in the application or its placement.
 *
 * What is undefined could not be read, and is taken for neither fine nor broken; an empty list was read and is empty.
 */
export interface ApplicationEvidence {
  readonly pod: Pod;
  /** The events of this very pod (its uid), oldest first. */
  readonly events?: readonly ObservedEvent[] | undefined;
  readonly logs?: readonly ContainerLog[] | undefined;
  /** The node that the pod was given to. */
  readonly node?: Node | undefined;
  readonly nodeEvents?: readonly ObservedEvent[] | undefined;
  readonly nodes?: readonly Node[] | undefined;
  readonly usage?: readonly NodeUsage[] | undefined;
  /** The claims that the pod names, as far as they exist. */
  readonly claims?: readonly PersistentVolumeClaim[] | undefined;
  /** Events of those claims, oldest first. */
  readonly claimEvents?: readonly ObservedEvent[] | undefined;
  readonly volumes?: readonly PersistentVolume[] | undefined;
  readonly storageClasses?: readonly StorageClass[] | undefined;
  /** The ConfigMaps that the pod names, as far as they exist. */
  readonly configMaps?: readonly ConfigMapKeys[] | undefined;
  readonly serviceAccountExists?: boolean | undefined;
  readonly quotas?: readonly ResourceQuota[] | undefined;
  readonly siblings?: readonly Sibling[] | undefined;
}
