import { minutes } from '../../core/moment.ts';
import { sh } from '../../core/shell.ts';
import type { Confidence, Finding } from '../../core/verdict.ts';
import { isFresh, type ObservedEvent, withReason, wording } from '../events.ts';
import type { PodContainer } from '../pods.ts';
import { startFailure } from './cannot-start.ts';
import { claimed, editWorkload, eventExhibits, podExhibit, stateExhibit } from './claim.ts';
import { brokenReferences, nameInVolume, requiredBy } from './config-references.ts';
import { type MissingConfig, missingIn } from './missing-config.ts';
import { brief, called, eventsOfContainer, hasStarted, type Scene, sentence } from './scene.ts';
import { waitsForVolumes, volumeEvents } from './volume-events.ts';

/** ConfigMaps, Secrets, keys of them, and service accounts that the pod needs and does not have. */
export function configFindings(scene: Scene): Finding[] {
  const inContainers = scene.containers.flatMap((container) => containerFinding(scene, container));
  if (inContainers.length > 0) return inContainers;
  const inVolumes = volumeFinding(scene);
  if (inVolumes.length > 0) return inVolumes;
  const unseen = unseenFinding(scene);
  return unseen.length > 0 ? unseen : scene.containers.flatMap((container) => unnamedFinding(scene, container));
}

/** The kubelet puts what it lacks into the waiting state; older ones and some runtimes only into an event. */
function containerFinding(scene: Scene, container: PodContainer): Finding[] {
  const { reason, message } = container.status?.state?.waiting ?? {};
  const waits = container.status?.state?.waiting !== undefined || !hasStarted(container);
  if (!waits || reason === 'CrashLoopBackOff') return [];
  const event = failedEvent(scene, container);
  const missing = missingIn(message ?? '') ?? (event && missingIn(wording(event)));
  if (missing === undefined || existsNow(scene, missing) || isOptional(scene, missing)) return [];
  return missingFinding(scene, missing, {
    who: called(container),
    confidence: reason === 'CreateContainerConfigError' || reason === 'CreateContainerError' ? 'certain' : 'likely',
    exhibits: [...stateExhibit(scene, container), ...eventExhibits([event])],
    at: event?.lastAt ?? null,
  });
}

function failedEvent(scene: Scene, container: PodContainer): ObservedEvent | undefined {
  const event = withReason(eventsOfContainer(scene, container), 'Failed', 'CreateContainerConfigError', '').at(-1);
  return event !== undefined && isFresh(event, scene.at, minutes(30)) && missingIn(wording(event)) !== undefined ? event : undefined;
}

function volumeFinding(scene: Scene): Finding[] {
  if (!waitsForVolumes(scene)) return [];
  const event = volumeEvents(scene).findLast((one) => missingIn(wording(one)) !== undefined);
  const seen = event && missingIn(wording(event));
  if (event === undefined || seen === undefined) return [];
  const volume = volumeNamed(event);
  const named = { ...seen, name: seen.name || (nameInVolume(scene.pod, volume, seen.kind) ?? '') };
  const missing = named.key === '' ? { ...named, key: brokenKey(scene, named) ?? '' } : named;
  if (existsNow(scene, missing) || isOptional(scene, missing)) return [];
  const confidence: Confidence = isFresh(event, scene.at, minutes(20)) ? 'certain' : 'likely';
  const who = volume === undefined ? 'a volume' : `volume ${volume}`;
  return missingFinding(scene, missing, { who, confidence, exhibits: eventExhibits([event]), at: event.lastAt });
}

/** The volume that an event speaks of, by its name in the spec: old kubelets put a path before it, and the name behind that. */
function volumeNamed({ message }: ObservedEvent): string | undefined {
  const said = message.replaceAll(String.raw`\"`, '"');
  return (/\(spec\.Name: "([^"]+)"\)/.exec(said) ?? /for volume "([^"]+)"/.exec(said))?.[1];
}

/** The key that the object lacks by comparison, where the words do not name it; undefined where it could not be compared. */
function brokenKey(scene: Scene, { kind, name }: MissingConfig): string | undefined {
  const same = brokenReferences(scene).find(({ missing }) => missing.kind === kind && missing.name === name);
  return same?.missing.key ?? undefined;
}

/** Nothing was said (events live an hour), but what the pod's spec requires is not among what exists. */
function unseenFinding(scene: Scene): Finding[] {
  return brokenReferences(scene)
    .slice(0, 1)
    .flatMap(({ missing, who, field }) =>
      missingFinding(scene, missing, { who, confidence: 'likely', exhibits: [podExhibit(scene, field, describe(missing))], at: null }),
    );
}

/** The state itself says that the configuration is not complete, and nothing says what is missing. */
function unnamedFinding(scene: Scene, container: PodContainer): Finding[] {
  const { reason, message = '' } = container.status?.state?.waiting ?? {};
  if (reason !== 'CreateContainerConfigError' || message !== '' || startFailure(scene, container) !== undefined) return [];
  const secrets = scene.evidence.configMaps === undefined ? '' : '; the ConfigMaps that it needs exist, so a Secret is likely';
  return claimed(scene, {
    cause: 'app-config-missing',
    detail: null,
    confidence: 'likely',
    title: `Configuration that ${called(container)} of ${scene.name} needs is missing`,
    summary: `${sentence(called(container))} of ${scene.name} waits with CreateContainerConfigError, and no event says what is missing${secrets}.`,
    exhibits: stateExhibit(scene, container),
    actions: [editWorkload(scene, 'Correct the reference, or create what is missing')],
  });
}

/** Whether the ConfigMap, with its key, or the service account was there when it was looked for: the words are out of date then. */
function existsNow({ evidence }: Scene, missing: MissingConfig): boolean {
  if (missing.kind === 'ServiceAccount') return evidence.serviceAccountExists === true;
  if (missing.kind !== 'ConfigMap') return false;
  const found = evidence.configMaps?.find(({ name }) => name === missing.name);
  return found !== undefined && (missing.key === null || found.keys.includes(missing.key));
}

/** References with `optional: true` hold nothing up, so an error about them was not about this. */
function isOptional(scene: Scene, missing: MissingConfig): boolean {
  return requiredBy(scene.pod, missing) === 'optional';
}

interface Proof {
  readonly who: string;
  readonly confidence: Confidence;
  readonly exhibits: Parameters<typeof claimed>[1]['exhibits'];
  readonly at: string | null;
}

function missingFinding(scene: Scene, missing: MissingConfig, { who, confidence, exhibits, at }: Proof): Finding[] {
  const namespace = scene.pod.metadata?.namespace ?? '';
  const what = describe(missing);
  const plural = missing.kind === 'ServiceAccount' ? 'serviceaccounts' : missing.kind === 'Secret' ? 'secrets' : 'configmaps';
  return claimed(scene, {
    cause: 'app-config-missing',
    detail: missing.key !== null ? 'key' : missing.kind === 'ServiceAccount' ? 'service-account' : missing.kind.toLowerCase(),
    confidence,
    title: `${what}, which ${scene.name} needs, does not exist`,
    summary: `${what} does not exist in namespace ${namespace}; ${who} of ${scene.name} needs it and waits for it${missing.said === null ? '' : ` ("${brief(missing.said)}")`}.`,
    exhibits,
    at,
    actions: [
      { title: `List what there is (a name may be misspelt)`, command: sh`kubectl get ${plural} -n ${namespace}`, risk: 'read-only' },
      editWorkload(scene, 'Correct the reference, or create what is missing'),
    ],
  });
}

function describe({ kind, name, key }: MissingConfig): string {
  const what = kind === 'ServiceAccount' ? 'Service account' : kind;
  const whole = name === '' ? `a ${what}` : `${what} ${name}`;
  if (key === null) return sentence(whole);
  return sentence(key === '' ? `a key of ${whole}` : `key ${key} of ${whole}`);
}
