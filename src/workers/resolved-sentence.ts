import type { DiagnosedCause, Diagnosis, EvidenceItem } from '../core/diagnosis.ts';
import type { Recording } from '../core/evidence.ts';
import { targetOf } from '../core/target.ts';
import type { Subject } from '../core/verdict.ts';
import { standingOf } from '../runbooks/standing.ts';
import { subjectReady } from './subject-ready.ts';

/** What was diagnosed while the alert fired, and what a look after its end saw. */
export interface LookedAgain {
  readonly before: Diagnosis;
  readonly after: { readonly diagnosis: Diagnosis; readonly recording: Recording };
  /** The same look at the node that the cause was seen on; null where there is no such node. */
  readonly node: Diagnosis | null;
  /** When the incident ended, RFC 3339. */
  readonly endedAt: string;
}

/**
 * How an incident ended, in a sentence without its end: "calico-node-x is Ready again since 10:41 UTC", or, beginning with "but ",
 * what is still wrong. Null where that could not be seen.
 */
export function resolvedSentence(look: LookedAgain): string | null {
  const cause = look.before.rootCause;
  if (cause === null) return standingSentence(look);
  const back = subjectReady(cause.subject, look);
  if (readinessDecides(cause) && back !== null) return back;
  const still = stillFound(cause, look);
  if (still !== null) return `but the cause is still there: ${still.title}`;
  return (isAboutNode(cause) ? null : back) ?? standingSentence(look);
}

/** Causes that are over as soon as their subject is Ready. */
function readinessDecides({ id }: DiagnosedCause): boolean {
  return id === 'cni-plugin-unhealthy' || id === 'node-network-unavailable' || id.startsWith('app-');
}

/** A node's own readiness says nothing of its pod addresses or routes. */
function isAboutNode({ subject }: DiagnosedCause): boolean {
  return subject.kind === 'Node';
}

/** The same cause once more, found in how things are now; a hint is none. */
function stillFound(cause: DiagnosedCause, look: LookedAgain): DiagnosedCause | null {
  return foundIn(look.after.diagnosis, cause, look) ?? (look.node === null ? null : foundIn(look.node, cause, look));
}

function foundIn(
  { rootCause, symptoms, alternatives, evidence }: Diagnosis,
  cause: DiagnosedCause,
  look: LookedAgain,
): DiagnosedCause | null {
  const found = [...(rootCause === null ? [] : [rootCause]), ...symptoms, ...alternatives];
  const isOfNow = (one: DiagnosedCause): boolean => evidence.some((item) => one.evidence.includes(item.id) && showsPresent(item, look));
  return (
    found.find((one) => one.id === cause.id && one.confidence !== 'possible' && isRelated(one.subject, cause.subject) && isOfNow(one)) ??
    null
  );
}

/** The kubelet tries again to set up a pod every 10 to 15 s, and its events are counted on. */
const freshMs = 120_000;

/**
 * Events and logs tell of the past: they show the present only when they are younger than the end. Events of another pod are read
 * only while that pod is not Ready; those of the last two minutes are of what it waits for now.
 */
function showsPresent({ source, at }: EvidenceItem, { before, endedAt }: LookedAgain): boolean {
  if (source.kind !== 'Event' && source.kind !== 'Log') return true;
  const isOfAnotherPod = source.kind === 'Event' && (source.name !== before.target.name || source.namespace !== before.target.namespace);
  return at !== null && Date.parse(at) > Date.parse(endedAt) - (isOfAnotherPod ? freshMs : 0);
}

/** The same thing, or a pod and the workload that it belongs to. */
function isRelated(one: Subject, other: Subject): boolean {
  if (one.namespace !== other.namespace) return false;
  return one.name === other.name || one.name.startsWith(`${other.name}-`) || other.name.startsWith(`${one.name}-`);
}

/** How the alert's own target stands, where nothing nearer to the cause is known. */
function standingSentence({ after }: LookedAgain): string | null {
  const { state, sentence } = standingOf(targetOf(after.diagnosis.alert.labels), after.recording);
  const lowered = sentence.charAt(0).toLowerCase() + sentence.slice(1);
  switch (state) {
    case 'unhealthy':
      return `but ${lowered}`;
    case 'unknown':
      return null;
    default:
      return lowered;
  }
}
