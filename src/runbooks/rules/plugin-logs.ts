import { counted } from '../../core/counted.ts';
import type { CauseId } from '../../core/causes.ts';
import { exhibit } from '../../core/evidence.ts';
import { inSteps } from '../../core/in-steps.ts';
import type { InSteps } from '../../core/in-steps.ts';
import { oncePer } from '../../core/once-per.ts';
import { ageMs, minutes } from '../../core/moment.ts';
import type { Case } from '../../core/runbook.ts';
import { textMemory } from '../../core/text-memory.ts';
import { byConfidence, confirmedOr } from '../../core/verdict.ts';
import type { Confidence, Finding, Verdict } from '../../core/verdict.ts';
import type { ContainerLog } from '../../collectors/cni-logs.ts';
import { isStrong } from '../../network/cni/classify.ts';
import { classifyInTurn } from '../../network/cni/classify-log.ts';
import type { ClassifiedLine } from '../../network/cni/classify-log.ts';
import { findingOf } from './words/finding-of-words.ts';
import { isPassing } from './words/passing-words.ts';
import type { Surroundings, Words } from './words/words.ts';

/** How long ago a line may have been written to speak of the present. */
const windowMs = minutes(30);

/** Lines of one container that name the same cause. */
interface LogWords {
  readonly words: Words;
  readonly log: ContainerLog;
}

/** Causes of the plugin's logs that a rule asks for. */
export interface LogQuestion {
  readonly causes: ReadonlySet<CauseId> | 'all';
  /** How the rule says that it found nothing: "no exhaustion, overlap or conflict". */
  readonly otherwise: string;
}

/** Do the plugin's logs name one of the causes asked for, in lines that speak of the present? */
export function pluginLogs(
  logs: readonly ContainerLog[],
  question: LogQuestion,
  context: { readonly surroundings: Surroundings; readonly at: Case },
): Verdict {
  const known = ofCase(logs, context.surroundings);
  known.findings ??= findingsIn(logs, context);
  const findings = known.findings.filter(({ cause }) => question.causes === 'all' || question.causes.has(cause));
  const lines = logs.reduce((sum, log) => sum + linesOf(log), 0);
  return confirmedOr(
    strongestEach(findings),
    `${question.otherwise} in ${counted(lines, 'line')} of ${counted(new Set(logs.map(({ pod }) => pod)).size, 'plugin pod')}`,
  );
}

/** Several rules of a case ask the same logs, each for causes of its own. Surroundings are those of one case. */
const ofCase = oncePer((_logs: readonly ContainerLog[], _surroundings: Surroundings): { findings?: readonly Finding[] } => ({}));

const linesOf = oncePer(({ text }: ContainerLog) => text.split('\n').length);

function findingsIn(
  logs: readonly ContainerLog[],
  context: { readonly surroundings: Surroundings; readonly at: Case },
): readonly Finding[] {
  const { surroundings, at } = context;
  return logs
    .flatMap((log) => wordsIn(log, surroundings, at))
    .flatMap(({ words, log }) => {
      const confidence = confidenceIn(words, log, context);
      return confidence === null ? [] : [ofController(findingOf(words, surroundings, confidence), log)];
    });
}

/** What a controller fails to do, nodes wait for: ranges, addresses. */
function ofController(finding: Finding, { part }: ContainerLog): Finding {
  const explains = part === 'controller' && finding.cause === 'cni-plugin-unhealthy';
  return explains ? { ...finding, explains: ['node-pod-cidr-missing', 'ip-pool-exhausted'] } : finding;
}

function wordsIn(log: ContainerLog, { situation }: Surroundings, at: Case): readonly LogWords[] {
  const failing =
    situation.ailing.some(({ pod, ailment }) => pod.name === log.pod && ailment.detail !== 'restarted') ||
    situation.ailingControllers.some(({ pod }) => pod.name === log.pod);
  const lines = classifiedOn(at.now)
    .of(log)
    .filter((line) => isPresent(line, failing, at) && !isSmallTalk(line));
  const byCause = Map.groupBy(lines, ({ classification }) => `${classification.cause}/${classification.detail ?? ''}`);
  const goesOn = !failing && situation.sandbox !== 'missing';
  const lasting = [...byCause.values()].filter((same) => !goesOn || !isPassing(same, at));
  return lasting.flatMap((same) => {
    const words = wordsOf(same, log);
    return words === undefined ? [] : [{ words, log }];
  });
}

/**
 * The lines of a container's log that name a cause. In a storm many triages and rules ask for the same log, and it is read once for all of
 * them on one day: `now` only gives the year to times that are written without one.
 */
export function classifiedOn(now: string): InSteps<ContainerLog, readonly ClassifiedLine[]> {
  const day = now.slice(0, 10);
  // The end of the day, so that the year is the same whoever asks first: logs in local time are up to 14 hours ahead.
  const present = `${day}T23:59:59Z`;
  return ofDay(day, () =>
    inSteps(({ text, plugin, container }: ContainerLog) => classifyInTurn(text, { now: present, plugin, container })),
  );
}

const ofDay = textMemory<InSteps<ContainerLog, readonly ClassifiedLine[]>>(2);

/** Common words in a line that its own writer calls information, in the forms of klog, logrus, zap, Calico and Multus. */
function isSmallTalk({ line, classification }: ClassifiedLine): boolean {
  const calm = /(^|\s)I\d{4} \d\d:|\blevel=(info|debug)\b|"level":"(info|debug)"|\[(info|debug|verbose)\]/i;
  return classification.strength === 'weak' && calm.test(line);
}

/** A line without a time of its own speaks of the present only where its pod fails now. */
function isPresent({ at: time }: ClassifiedLine, failing: boolean, at: Case): boolean {
  const age = ageMs(at, time);
  return age === null ? failing : age <= windowMs || (failing && age <= minutes(24 * 60));
}

function wordsOf(same: readonly ClassifiedLine[], log: ContainerLog): Words | undefined {
  const last = same.at(-1);
  if (last === undefined) return undefined;
  const source = { kind: 'Log', namespace: log.namespace, name: log.pod, container: log.container };
  const [proof, ...more] = same
    .slice(-2)
    .toReversed()
    .map(({ line, at }) => exhibit(source, line, at));
  const first = same[0]?.at ?? null;
  return {
    classification: last.classification,
    exhibits: [proof ?? exhibit(source, last.line, last.at), ...more],
    at: last.at,
    count: same.length,
    lastedMs: first === null || last.at === null ? 0 : Date.parse(last.at) - Date.parse(first),
  };
}

/**
 * Certain only beside a second sign: the pod that wrote it fails, or the target waits for its network. Weak words prove
 * nothing by themselves: null without such a sign.
 */
function confidenceIn(words: Words, log: ContainerLog, { surroundings, at }: { surroundings: Surroundings; at: Case }): Confidence | null {
  const { situation } = surroundings;
  const writerFails = [...situation.ailing, ...situation.ailingControllers].some(
    ({ pod, ailment }) => pod.name === log.pod && ailment.detail !== 'restarted',
  );
  const concerned = writerFails || situation.sandbox === 'missing' || at.alert.alertname === 'KubeNetworkPluginError';
  const strong = isStrong(words.classification, { count: words.count, lastedMs: Math.max(words.lastedMs, writerFails ? minutes(10) : 0) });
  if (!strong) return writerFails ? 'likely' : situation.sandbox === 'missing' ? 'possible' : null;
  if (!concerned) return 'possible';
  return writerFails || situation.sandbox === 'missing' ? 'certain' : 'likely';
}

/** One finding for each cause and detail: the best founded. */
function strongestEach(findings: readonly Finding[]): readonly Finding[] {
  const best = new Map<string, Finding>();
  for (const one of findings.toSorted(byConfidence)) {
    const key = `${one.cause}/${one.detail ?? ''}`;
    if (!best.has(key)) best.set(key, one);
  }
  return [...best.values()];
}
