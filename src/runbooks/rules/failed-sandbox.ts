import { counted } from '../../core/counted.ts';
import { oncePer } from '../../core/once-per.ts';
import type { Case } from '../../core/runbook.ts';
import { ageMs, minutes } from '../../core/moment.ts';
import { confirmed, confirmedOr, ruledOut } from '../../core/verdict.ts';
import type { Confidence, Finding, Verdict } from '../../core/verdict.ts';
import { exhibit } from '../../core/evidence.ts';
import type { Node } from '../../cluster/wire.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { classify, harmlessBecause, isStrong } from '../../network/cni/classify.ts';
import type { Classification } from '../../network/cni/classify.ts';
import { eventExhibit, wording } from '../../facts/events.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { sandboxFailures } from '../../facts/sandbox.ts';
import { isHeldByNobody } from './words/asked-address.ts';
import { findingOf } from './words/finding-of-words.ts';
import { poolsOf } from './words/words.ts';
import type { Surroundings, Words } from './words/words.ts';
import { titleOf } from './words/cause-title.ts';
import { nodeWords, whileSettling } from './words/node-words.ts';
import { noRangeForNewNode } from './range-for-new-node.ts';
import { agentsOf, daemonSetsKnown, nodeSubject } from './situation.ts';

/** What the rule reads. */
export interface EventEvidence {
  readonly pod: SubjectPod;
  readonly podEvents: readonly ObservedEvent[];
  readonly node: Node | undefined;
  readonly surroundings: Surroundings;
}

/** Do the events name a failed sandbox or a failed address allocation, and which cause do their inmost words give? */
export function failedSandbox(evidence: EventEvidence, at: Case): Verdict {
  const { pod: subject, podEvents, node, surroundings } = evidence;
  const forNewNode = noRangeForNewNode(subject.pod, podEvents, { situation: surroundings.situation, at });
  if (forNewNode !== undefined) return confirmed(forNewNode);
  const failures = sandboxFailures(subject.pod, podEvents, at);
  const grouped = groupWords(failures);
  const named = grouped.map((words) => findingOf(words, surroundings, confidenceIn(words, evidence, at)));
  const all = named.length > 0 ? named : nodeWords(node, surroundings);
  const { settling } = surroundings.situation;
  const told = settling === null ? all : all.filter(({ cause }) => !whileSettling.has(cause));
  if (told.length > 0) return confirmedOr(told, '');
  if (settling !== null && all.length > 0) return ruledOut(`${settling}, and its network plugin may still be starting`);
  const last = failures.at(-1);
  const otherwise = last === undefined ? undefined : harmlessBecause(wording(last));
  if (last !== undefined && otherwise !== undefined)
    return ruledOut(`the sandbox failure is not of the network: ${otherwise}`, [eventExhibit(last)]);
  if (last !== undefined) return confirmedOr([unnamed(last, failures, surroundings)], '');
  const past =
    podEvents.length === 0
      ? 'the pod has no events'
      : `${counted(podEvents.length, 'event')}, none of them a sandbox failure that still counts`;
  return confirmedOr([], past);
}

/** Both runbooks ask what an event says. */
const classified = oncePer((event: ObservedEvent) => classify(wording(event), { where: 'event' }));

/** One entry for each cause that the events name, the newest first. */
function groupWords(events: readonly ObservedEvent[]): readonly Words[] {
  const groups = new Map<string, { classification: Classification; events: ObservedEvent[] }>();
  for (const event of events.toReversed()) {
    const classification = classified(event);
    if (classification === undefined) continue;
    const key = `${classification.cause}/${classification.detail ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { classification, events: [event] });
    else group.events.push(event);
  }
  return [...groups.values()].map(({ classification, events: same }) => wordsOf(classification, same));
}

function wordsOf(classification: Classification, newestFirst: readonly ObservedEvent[]): Words {
  const [first, ...more] = newestFirst.slice(0, 3).map(eventExhibit);
  const last = newestFirst[0]?.lastAt ?? null;
  const began = newestFirst.map(({ firstAt }) => firstAt).reduce((a, b) => (a !== null && (b === null || a < b) ? a : b), null);
  return {
    classification,
    exhibits: [first ?? exhibit({ kind: 'Event' }, classification.message.text), ...more],
    at: last,
    count: newestFirst.reduce((sum, { count }) => sum + Math.max(1, count), 0),
    lastedMs: last === null || began === null ? 0 : Math.max(0, Date.parse(last) - Date.parse(began)),
  };
}

/** Certain: the words are plain, they were said again and again or the pod still waits, and nothing in the cluster speaks against them. */
function confidenceIn(words: Words, { surroundings, pod: { pod } }: EventEvidence, at: Case): Confidence {
  const { situation } = surroundings;
  const waited = situation.sandbox === 'missing' ? (ageMs(at, pod?.status?.startTime ?? pod?.metadata?.creationTimestamp) ?? 0) : 0;
  const observed = { count: words.count, lastedMs: Math.max(words.lastedMs, waited) };
  if (!isStrong(words.classification, observed))
    return situation.sandbox === 'missing' && observed.lastedMs >= minutes(3) ? 'likely' : 'possible';
  const ambiguous = words.classification.alternatives.length > 0 && !isSettled(words, surroundings);
  const persists = words.count >= 2 || (situation.sandbox === 'missing' && waited >= minutes(2));
  return persists && !ambiguous ? 'certain' : 'likely';
}

/**
 * Words that may mean two things are settled when what would make them mean the other was looked at. That an agent is there is seen; that
 * none is, or another plugin's, only where the DaemonSets were read and the cluster's plugin is known among them.
 */
function isSettled({ classification }: Words, surroundings: Surroundings): boolean {
  const { situation } = surroundings;
  const isThere = agentsOf(situation, classification.plugin).length > 0;
  const agentsKnown = situation.podsKnown && (isThere || (situation.main !== undefined && daemonSetsKnown(situation)));
  return classification.alternatives.every(({ when }) => {
    if (when === 'range-has-room') return poolsOf(classification, surroundings).length > 0;
    return when === 'address-unheld' ? isHeldByNobody(classification.message.text, surroundings) !== undefined : agentsKnown;
  });
}

/** A sandbox failure in words that nobody knows: the fault is seen, its cause is only guessed at. */
function unnamed(last: ObservedEvent, all: readonly ObservedEvent[], { situation }: Surroundings): Finding {
  const told = {
    cause: 'cni-plugin-unhealthy' as const,
    detail: null,
    plugin: situation.main?.title ?? 'The network plugin',
    words: last.message,
    figures: null,
  };
  return {
    cause: told.cause,
    detail: null,
    title: titleOf(told, situation),
    subject: nodeSubject(situation),
    confidence: 'possible',
    summary: `The pod's sandbox fails in words that no rule knows: "${wording(last).slice(0, 300)}".`,
    exhibits: [eventExhibit(last), ...all.slice(-3, -1).map(eventExhibit)],
    nearness: 'node',
    at: last.lastAt,
    actions: [],
  };
}
