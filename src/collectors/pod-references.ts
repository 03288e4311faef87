import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { pod } from './pod.ts';
import type { Kind, Kinds } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
import type { ListQuery } from '../cluster/reader.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, ResourceQuota, StorageClass } from '../cluster/wire.ts';
import { sh } from '../core/shell.ts';
import { byTime } from '../facts/events.ts';
import { isReady } from '../facts/pods.ts';
import type { ObservedEvent } from '../facts/events.ts';

/** What the pod refers to by name. A list is undefined where it could not be read. Secrets are never read. */
export interface PodReferences {
  readonly claims: readonly PersistentVolumeClaim[] | undefined;
  readonly volumes: readonly PersistentVolume[] | undefined;
  readonly storageClasses: readonly StorageClass[] | undefined;
  /** The referenced ConfigMaps that exist, with their keys. */
  readonly configMaps: readonly { readonly name: string; readonly keys: readonly string[] }[] | undefined;
  readonly serviceAccountExists: boolean | undefined;
  /** Events of the claims, oldest first. */
  readonly claimEvents: readonly ObservedEvent[] | undefined;
  readonly quotas: readonly ResourceQuota[] | undefined;
}

/** The claims, volumes, ConfigMaps and service account that the pod names. */
export const podReferences = collector({
  name: 'podReferences',
  what: 'what the pod refers to',
  shows: ['PersistentVolumeClaim', 'ConfigMap', 'ServiceAccount'],
  scope: 'target',
  permissions: [
    'get persistentvolumeclaims',
    'get persistentvolumes',
    'list storageclasses.storage.k8s.io',
    'get configmaps',
    'get serviceaccounts',
    'list resourcequotas',
    'list events',
  ],
  command: (target) =>
    target.kind === 'pod'
      ? sh`kubectl get pvc,configmaps,serviceaccounts -n ${target.namespace}`
      : 'kubectl get pvc,configmaps,serviceaccounts -A',
  async collect(collecting): Promise<PodReferences> {
    const { pod: found } = await collecting.read(pod);
    const namespace = found?.metadata?.namespace;
    if (found === undefined || namespace === undefined) return nothing;
    const claimNames = claimsOf(found);
    const here = (name: string): { namespace: string; name: string } => ({ namespace, name });
    const [claims, storageClasses, configMaps, account, claimEvents, quotas] = await Promise.all([
      getAll(collecting, 'PersistentVolumeClaim', claimNames.map(here)),
      claimNames.length === 0 ? [] : listed(collecting, 'StorageClass', {}),
      getAll(collecting, 'ConfigMap', configMapsOf(found).map(here)),
      getAll(collecting, 'ServiceAccount', [here(found.spec?.serviceAccountName ?? 'default')]),
      claimNames.length === 0 ? [] : listed(collecting, 'Event', { namespace, fieldSelector: 'involvedObject.kind=PersistentVolumeClaim' }),
      listed(collecting, 'ResourceQuota', { namespace }),
    ]);
    const volumeNames = (claims ?? []).flatMap(({ spec }) => (spec?.volumeName === undefined ? [] : [{ name: spec.volumeName }]));
    return {
      claims,
      volumes: await getAll(collecting, 'PersistentVolume', volumeNames),
      storageClasses,
      configMaps: configMaps?.map(keysOf),
      serviceAccountExists: account === undefined ? undefined : account.length > 0,
      claimEvents: claimEvents === undefined ? undefined : byTime(claimEvents).filter(({ object }) => claimNames.includes(object.name)),
      quotas,
    };
  },
});

const nothing: PodReferences = {
  claims: [],
  volumes: [],
  storageClasses: [],
  configMaps: [],
  serviceAccountExists: undefined,
  claimEvents: [],
  quotas: [],
};

function keysOf({ metadata, data, binaryData }: Kinds['ConfigMap']): { name: string; keys: readonly string[] } {
  return { name: metadata?.name ?? '', keys: [...Object.keys(data ?? {}), ...Object.keys(binaryData ?? {})] };
}

/** Claims of the pod's volumes; an ephemeral volume's claim is called `<pod>-<volume>`. */
function claimsOf({ spec, metadata }: Pod): readonly string[] {
  const names = (spec?.volumes ?? []).flatMap(
    (volume) =>
      volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral === undefined ? [] : [`${metadata?.name ?? ''}-${volume.name}`]),
  );
  return [...new Set(names)];
}

function configMapsOf({ spec }: Pod): readonly string[] {
  const volumes = (spec?.volumes ?? []).flatMap(({ configMap, projected }) => [
    configMap?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ]);
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const environment = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
    ...envFrom.map(({ configMapRef }) => configMapRef?.name),
  ]);
  return [...new Set([...volumes, ...environment].filter((name): name is string => name !== undefined && name !== 'kube-root-ca.crt'))];
}

/** The objects that exist; undefined where they could not be read. */
async function getAll<K extends Kind>(
  collecting: Collecting,
  kind: K,
  refs: readonly { namespace?: string; name: string }[],
): Promise<readonly Kinds[K][] | undefined> {
  const { cluster, signal } = collecting;
  const found = await unlessUnreadable(collecting, kind, () => Promise.all(refs.map((ref) => cluster.get(kind, ref, signal))));
  return found?.flatMap((one) => one ?? []);
}

async function listed<K extends Kind>(collecting: Collecting, kind: K, query: ListQuery): Promise<readonly Kinds[K][] | undefined> {
  const { cluster, signal } = collecting;
  return unlessUnreadable(collecting, kind, async () => (await cluster.list(kind, { ...query, limit: 1000, signal })).items);
}

/** Few snapshots hold these; of the kinds that the pod itself names it is said all the same. */
const seldomCaptured: readonly Kind[] = ['ServiceAccount', 'ResourceQuota', 'StorageClass'];

/** What a Ready pod refers to is in place, whatever may be read of it. */
async function unlessUnreadable<T>({ read, lacks }: Collecting, kind: Kind, get: () => Promise<T>): Promise<T | undefined> {
  try {
    return await get();
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    const { pod: found } = await read(pod);
    const isLacking = error.reason !== 'not-captured' || !seldomCaptured.includes(kind);
    if (isLacking) lacks(error, found !== undefined && isReady(found) ? 'minor' : 'decisive');
    return undefined;
  }
}
