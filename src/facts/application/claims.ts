import type { PersistentVolumeClaim, StorageClass } from '../../cluster/wire.ts';
import { exhibit, type Exhibit } from '../../core/evidence.ts';
import { eventsOf, type ObservedEvent, withReason } from '../events.ts';
import { isScheduled } from '../pods.ts';
import { eventExhibits, podExhibit } from './claim.ts';
import { brief, type Scene } from './scene.ts';

/** A claim of the pod that keeps it from starting. */
export interface ClaimTrouble {
  readonly detail: 'unbound-claim' | 'missing-object';
  readonly claim: string;
  readonly why: string;
  readonly exhibits: readonly Exhibit[];
}

/** The names of the pod's claims; an ephemeral volume's claim is called `<pod>-<volume>`. */
export function claimNames({ pod }: Scene): readonly string[] {
  const names = (pod.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
    persistentVolumeClaim === undefined
      ? ephemeral === undefined
        ? []
        : [`${pod.metadata?.name ?? ''}-${name}`]
      : [persistentVolumeClaim.claimName],
  );
  return [...new Set(names)];
}

/**
 * Claims that do not exist, or are not bound although they should be, and why; none where claims could not be read.
 * A Pending claim whose class waits for the first consumer is as it should be while no node was chosen.
 */
export function claimTroubles(scene: Scene): ClaimTrouble[] {
  const { claims } = scene.evidence;
  if (claims === undefined) return [];
  return claimNames(scene).flatMap((name): ClaimTrouble[] => {
    const claim = claims.find(({ metadata }) => metadata?.name === name);
    if (claim === undefined) {
      const exhibits = [podExhibit(scene, 'spec.volumes', `claim ${name} is named, and does not exist`)];
      return [{ detail: 'missing-object', claim: name, why: 'it does not exist', exhibits }];
    }
    const why = unboundBecause(scene, claim);
    return why === undefined
      ? []
      : [{ detail: 'unbound-claim', claim: name, why, exhibits: [claimExhibit(claim), ...eventExhibits(eventsOfClaim(scene, claim))] }];
  });
}

function unboundBecause(scene: Scene, claim: PersistentVolumeClaim): string | undefined {
  const phase = claim.status?.phase;
  if (phase === 'Lost') return `its volume ${claim.spec?.volumeName ?? ''} is gone (phase Lost)`;
  if (phase !== 'Pending') return undefined;
  const said = eventsOfClaim(scene, claim).at(-1);
  return (
    ofClass(scene, claim) ??
    (said === undefined ? undefined : `"${brief(said.message, 220)}"`) ??
    ofVolume(scene, claim) ??
    whilePending(scene, claim)
  );
}

/** What the claim's own events complain of; a claim that only waits for its consumer does not complain. */
function eventsOfClaim({ evidence }: Scene, { metadata }: PersistentVolumeClaim): ObservedEvent[] {
  const about = { kind: 'PersistentVolumeClaim', name: metadata?.name ?? '', namespace: metadata?.namespace ?? null, uid: metadata?.uid };
  return withReason(
    eventsOf(evidence.claimEvents ?? [], about),
    'ProvisioningFailed',
    'FailedBinding',
    'VolumeMismatch',
    'ProvisioningCleanupFailed',
  ).slice(-2);
}

function ofClass(scene: Scene, claim: PersistentVolumeClaim): string | undefined {
  const classes = scene.evidence.storageClasses;
  const name = claim.spec?.storageClassName;
  if (classes === undefined || name === '') return undefined;
  if (name === undefined) return classes.some(isDefault) ? undefined : 'it names no storage class, and none is the default';
  // A class may be a mere label that claims and hand-made volumes share; then a volume must carry it.
  return classes.some(({ metadata }) => metadata?.name === name) ? undefined : `there is no StorageClass ${name}`;
}

function ofVolume({ evidence }: Scene, { spec }: PersistentVolumeClaim): string | undefined {
  if (spec?.volumeName) {
    const exists = evidence.volumes?.some(({ metadata }) => metadata?.name === spec.volumeName);
    return exists === false
      ? `it asks for volume ${spec.volumeName}, which does not exist`
      : `it asks for volume ${spec.volumeName}, which is not bound to it`;
  }
  return spec?.storageClassName === '' ? 'it takes hand-made volumes only (storageClassName ""), and none of them fits' : undefined;
}

function whilePending(scene: Scene, claim: PersistentVolumeClaim): string | undefined {
  const storageClass = classOf(scene, claim);
  const chosen = claim.metadata?.annotations?.['volume.kubernetes.io/selected-node'];
  const madeByHand = storageClass?.provisioner === 'kubernetes.io/no-provisioner';
  if (storageClass?.volumeBindingMode === 'WaitForFirstConsumer') {
    if (madeByHand)
      return scene.events.some(({ message }) => /available persistent volumes to bind/.test(message))
        ? `class ${storageClass.metadata?.name ?? ''} has no provisioner, and no volume fits`
        : undefined;
    return chosen !== undefined || isScheduled(scene.pod) ? `provisioner ${storageClass.provisioner} has not made its volume` : undefined;
  }
  if (storageClass === undefined)
    return scene.evidence.storageClasses === undefined ? 'it is Pending; its storage class was not read' : undefined;
  return madeByHand
    ? `class ${storageClass.metadata?.name ?? ''} has no provisioner, and no volume fits`
    : `provisioner ${storageClass.provisioner} has not made its volume`;
}

function classOf({ evidence }: Scene, { spec }: PersistentVolumeClaim): StorageClass | undefined {
  return evidence.storageClasses?.find((one) =>
    spec?.storageClassName === undefined ? isDefault(one) : one.metadata?.name === spec.storageClassName,
  );
}

function isDefault({ metadata }: StorageClass): boolean {
  const marks = metadata?.annotations ?? {};
  return (
    marks['storageclass.kubernetes.io/is-default-class'] === 'true' || marks['storageclass.beta.kubernetes.io/is-default-class'] === 'true'
  );
}

function claimExhibit({ metadata, spec, status }: PersistentVolumeClaim): Exhibit {
  const source = {
    kind: 'PersistentVolumeClaim',
    namespace: metadata?.namespace ?? null,
    name: metadata?.name ?? null,
    field: 'status.phase',
  };
  return exhibit(
    source,
    `${status?.phase ?? 'no phase'}, storage class ${spec?.storageClassName ?? 'not named'}, volume ${spec?.volumeName ?? 'none'}`,
  );
}
