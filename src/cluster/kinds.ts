import type {
  ClusterEvent,
  ConfigMap,
  CronJob,
  CSINode,
  CustomObject,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Job,
  KubernetesObject,
  Lease,
  LimitRange,
  Namespace,
  NetworkPolicy,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ReplicaSet,
  ResourceQuota,
  Service,
  ServiceAccount,
  ServiceCIDR,
  StatefulSet,
  StorageClass,
  VolumeAttachment,
} from './wire.ts';

/** Where a kind lives in the API. Plural names collide between groups, so the group is always named. */
export interface KindInfo {
  /** API group; '' is the core group. */
  readonly group: string;
  /** Versions we can read, best first. */
  readonly versions: readonly [string, ...string[]];
  readonly plural: string;
  readonly namespaced: boolean;
  /** The `kind` in the object itself, where our name for it differs (several groups have a `NetworkPolicy`). */
  readonly objectKind?: string;
  /** Other groups that serve the same objects, best first. */
  readonly alternatives?: readonly { readonly group: string; readonly versions: readonly [string, ...string[]] }[];
}

/** Our name of each kind that is read, and the shape of its objects. Secrets are not in it, and must never be. */
export interface Kinds {
  Pod: Pod;
  Node: Node;
  Event: ClusterEvent;
  Namespace: Namespace;
  Service: Service;
  ServiceAccount: ServiceAccount;
  ConfigMap: ConfigMap;
  PersistentVolume: PersistentVolume;
  PersistentVolumeClaim: PersistentVolumeClaim;
  ResourceQuota: ResourceQuota;
  LimitRange: LimitRange;
  EndpointSlice: EndpointSlice;
  Lease: Lease;
  StorageClass: StorageClass;
  VolumeAttachment: VolumeAttachment;
  CSINode: CSINode;
  DaemonSet: DaemonSet;
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  StatefulSet: StatefulSet;
  Job: Job;
  CronJob: CronJob;
  NetworkPolicy: NetworkPolicy;
  ServiceCIDR: ServiceCIDR;
  IPAddress: CustomObject;
  AdminNetworkPolicy: CustomObject;
  BaselineAdminNetworkPolicy: CustomObject;
  ClusterNetworkPolicy: CustomObject;
  CalicoNetworkPolicy: CustomObject;
  CalicoGlobalNetworkPolicy: CustomObject;
  CalicoTier: CustomObject;
  CalicoIPPool: CustomObject;
  CalicoIPAMBlock: CustomObject;
  CalicoBlockAffinity: CustomObject;
  CalicoIPAMConfig: CustomObject;
  CalicoIPReservation: CustomObject;
  CalicoClusterInformation: CustomObject;
  CalicoFelixConfiguration: CustomObject;
  CalicoInstallation: CustomObject;
  TigeraStatus: CustomObject;
  CiliumNetworkPolicy: CustomObject;
  CiliumClusterwideNetworkPolicy: CustomObject;
  CiliumNode: CustomObject;
  CiliumPodIPPool: CustomObject;
  CiliumEndpoint: CustomObject;
  AntreaNetworkPolicy: CustomObject;
  AntreaClusterNetworkPolicy: CustomObject;
  AntreaIPPool: CustomObject;
  AntreaAgentInfo: CustomObject;
  WhereaboutsIPPool: CustomObject;
  WhereaboutsOverlappingRangeIPReservation: CustomObject;
  NetworkAttachmentDefinition: CustomObject;
  ENIConfig: CustomObject;
  CNINode: CustomObject;
  NodeNetworkConfig: CustomObject;
  ClusterSubnetState: CustomObject;
  OpenShiftNetwork: CustomObject;
}

export type Kind = keyof Kinds;

const core = (plural: string, namespaced = true): KindInfo => ({ group: '', versions: ['v1'], plural, namespaced });
const apps = (plural: string): KindInfo => ({ group: 'apps', versions: ['v1'], plural, namespaced: true });
const clusterWide = (group: string, version: string, plural: string): KindInfo => ({
  group,
  versions: [version],
  plural,
  namespaced: false,
});
const namespaced = (group: string, version: string, plural: string): KindInfo => ({ group, versions: [version], plural, namespaced: true });
/** Calico's own resources; clusters with Calico's API server, or with its v3 definitions alone, serve them as projectcalico.org/v3. */
const calico = (plural: string, scope: typeof namespaced): KindInfo => ({
  ...scope('crd.projectcalico.org', 'v1', plural),
  alternatives: [{ group: 'projectcalico.org', versions: ['v3'] }],
});
const called = (objectKind: string, info: KindInfo): KindInfo => ({ ...info, objectKind });

/** Every kind that podnet-triage may read. The shipped ClusterRole is checked against it by a test. */
export const kinds: { readonly [K in Kind]: KindInfo } = {
  Pod: core('pods'),
  Node: core('nodes', false),
  Event: core('events'),
  Namespace: core('namespaces', false),
  Service: core('services'),
  ServiceAccount: core('serviceaccounts'),
  ConfigMap: core('configmaps'),
  PersistentVolume: core('persistentvolumes', false),
  PersistentVolumeClaim: core('persistentvolumeclaims'),
  ResourceQuota: core('resourcequotas'),
  LimitRange: core('limitranges'),
  EndpointSlice: namespaced('discovery.k8s.io', 'v1', 'endpointslices'),
  Lease: namespaced('coordination.k8s.io', 'v1', 'leases'),
  StorageClass: clusterWide('storage.k8s.io', 'v1', 'storageclasses'),
  VolumeAttachment: clusterWide('storage.k8s.io', 'v1', 'volumeattachments'),
  CSINode: clusterWide('storage.k8s.io', 'v1', 'csinodes'),
  DaemonSet: apps('daemonsets'),
  Deployment: apps('deployments'),
  ReplicaSet: apps('replicasets'),
  StatefulSet: apps('statefulsets'),
  Job: namespaced('batch', 'v1', 'jobs'),
  CronJob: namespaced('batch', 'v1', 'cronjobs'),
  NetworkPolicy: namespaced('networking.k8s.io', 'v1', 'networkpolicies'),
  ServiceCIDR: { group: 'networking.k8s.io', versions: ['v1', 'v1beta1'], plural: 'servicecidrs', namespaced: false },
  IPAddress: { group: 'networking.k8s.io', versions: ['v1', 'v1beta1'], plural: 'ipaddresses', namespaced: false },
  AdminNetworkPolicy: clusterWide('policy.networking.k8s.io', 'v1alpha1', 'adminnetworkpolicies'),
  BaselineAdminNetworkPolicy: clusterWide('policy.networking.k8s.io', 'v1alpha1', 'baselineadminnetworkpolicies'),
  ClusterNetworkPolicy: {
    group: 'policy.networking.k8s.io',
    versions: ['v1alpha2', 'v1beta1'],
    plural: 'clusternetworkpolicies',
    namespaced: false,
  },
  CalicoNetworkPolicy: called('NetworkPolicy', calico('networkpolicies', namespaced)),
  CalicoGlobalNetworkPolicy: called('GlobalNetworkPolicy', calico('globalnetworkpolicies', clusterWide)),
  CalicoTier: called('Tier', calico('tiers', clusterWide)),
  CalicoIPPool: called('IPPool', calico('ippools', clusterWide)),
  CalicoIPAMBlock: called('IPAMBlock', calico('ipamblocks', clusterWide)),
  CalicoBlockAffinity: called('BlockAffinity', calico('blockaffinities', clusterWide)),
  CalicoIPAMConfig: called('IPAMConfig', calico('ipamconfigs', clusterWide)),
  CalicoIPReservation: called('IPReservation', calico('ipreservations', clusterWide)),
  CalicoClusterInformation: called('ClusterInformation', calico('clusterinformations', clusterWide)),
  CalicoFelixConfiguration: called('FelixConfiguration', calico('felixconfigurations', clusterWide)),
  CalicoInstallation: called('Installation', clusterWide('operator.tigera.io', 'v1', 'installations')),
  TigeraStatus: clusterWide('operator.tigera.io', 'v1', 'tigerastatuses'),
  CiliumNetworkPolicy: namespaced('cilium.io', 'v2', 'ciliumnetworkpolicies'),
  CiliumClusterwideNetworkPolicy: clusterWide('cilium.io', 'v2', 'ciliumclusterwidenetworkpolicies'),
  CiliumNode: clusterWide('cilium.io', 'v2', 'ciliumnodes'),
  CiliumPodIPPool: { group: 'cilium.io', versions: ['v2', 'v2alpha1'], plural: 'ciliumpodippools', namespaced: false },
  CiliumEndpoint: namespaced('cilium.io', 'v2', 'ciliumendpoints'),
  AntreaNetworkPolicy: called('NetworkPolicy', namespaced('crd.antrea.io', 'v1beta1', 'networkpolicies')),
  AntreaClusterNetworkPolicy: called('ClusterNetworkPolicy', clusterWide('crd.antrea.io', 'v1beta1', 'clusternetworkpolicies')),
  AntreaIPPool: called('IPPool', clusterWide('crd.antrea.io', 'v1beta1', 'ippools')),
  AntreaAgentInfo: clusterWide('crd.antrea.io', 'v1beta1', 'antreaagentinfos'),
  WhereaboutsIPPool: called('IPPool', namespaced('whereabouts.cni.cncf.io', 'v1alpha1', 'ippools')),
  WhereaboutsOverlappingRangeIPReservation: called(
    'OverlappingRangeIPReservation',
    namespaced('whereabouts.cni.cncf.io', 'v1alpha1', 'overlappingrangeipreservations'),
  ),
  NetworkAttachmentDefinition: namespaced('k8s.cni.cncf.io', 'v1', 'network-attachment-definitions'),
  ENIConfig: clusterWide('crd.k8s.amazonaws.com', 'v1alpha1', 'eniconfigs'),
  CNINode: clusterWide('vpcresources.k8s.aws', 'v1alpha1', 'cninodes'),
  NodeNetworkConfig: namespaced('acn.azure.com', 'v1alpha', 'nodenetworkconfigs'),
  ClusterSubnetState: namespaced('acn.azure.com', 'v1alpha1', 'clustersubnetstates'),
  OpenShiftNetwork: called('Network', clusterWide('config.openshift.io', 'v1', 'networks')),
};

/** The Kubernetes name of a kind as it stands in objects and in `kubectl` output, e.g. `IPPool` for `CalicoIPPool`. */
export function objectKind(kind: Kind): string {
  return kinds[kind].objectKind ?? kind;
}

/** The name kubectl takes without ambiguity: `pods`, or with its group `ippools.crd.projectcalico.org`. */
export function resourceName(kind: Kind): string {
  const { group, plural } = kinds[kind];
  return group === '' || group === 'apps' || group === 'batch' ? plural : `${plural}.${group}`;
}

/** Kinds of which a cluster may well have no object: that a snapshot holds none means that none exist. */
export const policyKinds = [
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'CalicoNetworkPolicy',
  'CalicoGlobalNetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'AntreaNetworkPolicy',
  'AntreaClusterNetworkPolicy',
] as const satisfies readonly Kind[];

/** Any object of the API, when its kind is only known at run time. */
export type AnyObject = KubernetesObject & Record<string, unknown>;
