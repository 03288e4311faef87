import type { Pod } from '../../cluster/wire.ts';
import { hasStarted, type Scene } from './scene.ts';
import type { MissingConfig } from './missing-config.ts';

interface Reference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** The keys that have to be there; empty where the object alone is enough. */
  readonly keys: readonly string[];
  readonly optional: boolean;
  readonly who: string;
  readonly field: string;
  /** The container that waits for it; null for volumes, which all containers wait for. */
  readonly container: string | null;
}

/** What is missing, who needs it, and where the spec says so. */
export interface BrokenReference {
  readonly missing: MissingConfig;
  readonly who: string;
  readonly field: string;
}

/** What the pod's spec requires of ConfigMaps and does not find among those that exist; only what still holds something up. */
export function brokenReferences(scene: Scene): BrokenReference[] {
  const { configMaps } = scene.evidence;
  if (configMaps === undefined) return [];
  const waiting = scene.containers.filter(
    (one) => one.status !== undefined && !hasStarted(one) && mayWaitForConfig(one.status.state?.waiting?.reason),
  );
  const anyStarted = scene.containers.some(hasStarted);
  return referencesOf(scene.pod)
    .filter(
      ({ kind, optional, container }) =>
        kind === 'ConfigMap' &&
        !optional &&
        (container === null ? !anyStarted && waiting.length > 0 : waiting.some(({ name }) => name === container)),
    )
    .flatMap(({ name, keys, who, field }): BrokenReference[] => {
      const found = configMaps.find((one) => one.name === name);
      const missing = { kind: 'ConfigMap' as const, name, said: null };
      if (found === undefined) return [{ missing: { ...missing, key: null }, who, field }];
      return keys.filter((key) => !found.keys.includes(key)).map((key) => ({ missing: { ...missing, key }, who, field }));
    });
}

function mayWaitForConfig(reason: string | undefined): boolean {
  return reason === 'ContainerCreating' || reason === 'CreateContainerConfigError' || reason === 'PodInitializing';
}

/** Whether the pod's spec requires the object (and key), has it as optional only, or does not name it at all. */
export function requiredBy(pod: Pod, { kind, name, key }: MissingConfig): 'required' | 'optional' | 'unnamed' {
  const named = referencesOf(pod).filter(
    (one) => one.kind === kind && (name === '' || one.name === name) && (key === null || one.keys.length === 0 || one.keys.includes(key)),
  );
  if (named.length === 0) return 'unnamed';
  return named.every(({ optional }) => optional) ? 'optional' : 'required';
}

/** The name of the ConfigMap or Secret that a volume of the pod shows; undefined where the spec does not tell. */
export function nameInVolume(pod: Pod, volume: string | undefined, kind: MissingConfig['kind']): string | undefined {
  return referencesOf(pod).find((one) => one.kind === kind && one.container === null && one.field === `spec.volumes[${volume ?? ''}]`)
    ?.name;
}

function referencesOf({ spec }: Pod): Reference[] {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return [...containers.flatMap(ofEnvironment), ...(spec?.volumes ?? []).flatMap(ofVolume)];
}

type SpecContainer = NonNullable<NonNullable<Pod['spec']>['containers']>[number];
type SpecVolume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];

function ofEnvironment({ name: container, env = [], envFrom = [] }: SpecContainer): Reference[] {
  const about = { who: `container ${container}`, container, field: `spec.containers[${container}].env` };
  const single = env.flatMap(({ valueFrom }) => [
    ...reference('ConfigMap', valueFrom?.configMapKeyRef, valueFrom?.configMapKeyRef && [valueFrom.configMapKeyRef.key]),
    ...reference('Secret', valueFrom?.secretKeyRef, valueFrom?.secretKeyRef && [valueFrom.secretKeyRef.key]),
  ]);
  const whole = envFrom.flatMap(({ configMapRef, secretRef }) => [
    ...reference('ConfigMap', configMapRef),
    ...reference('Secret', secretRef),
  ]);
  return [...single, ...whole].map((one) => ({ ...one, ...about }));
}

function ofVolume(volume: SpecVolume): Reference[] {
  const about = { who: `volume ${volume.name}`, container: null, field: `spec.volumes[${volume.name}]` };
  const secret = volume.secret && { name: volume.secret.secretName, optional: volume.secret.optional, items: volume.secret.items };
  const sources = [{ configMap: volume.configMap, secret }, ...(volume.projected?.sources ?? [])];
  return sources
    .flatMap((source) => [
      ...reference(
        'ConfigMap',
        source.configMap,
        source.configMap?.items?.map(({ key }) => key),
      ),
      ...reference(
        'Secret',
        source.secret,
        source.secret?.items?.map(({ key }) => key),
      ),
    ])
    .map((one) => ({ ...one, ...about }));
}

type Named = { readonly name?: string | undefined; readonly optional?: boolean | undefined } | undefined;

function reference(
  kind: Reference['kind'],
  to: Named,
  keys: readonly string[] = [],
): Pick<Reference, 'kind' | 'name' | 'keys' | 'optional'>[] {
  // Every namespace gets this one from the controller manager; a pod that is quicker waits a moment.
  if (to?.name === undefined || to.name === 'kube-root-ca.crt') return [];
  return [{ kind, name: to.name, keys, optional: to.optional === true }];
}
