import { minutes } from '../../core/moment.ts';
import type { Case } from '../../core/runbook.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { PluginPodEvents } from '../../collectors/plugin-events.ts';
import { classify, isStrong } from '../../network/cni/classify.ts';
import { eventExhibit, isFresh, withReason, wording } from '../../facts/events.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { findingOf } from './told.ts';
import type { Surroundings, Words } from './told.ts';

/** Do the probes and events of the plugin's pods say why they are not ready, in words that are known? */
export function pluginProbes(pods: readonly PluginPodEvents[], surroundings: Surroundings, at: Case): Verdict {
  const findings = pods.flatMap((one) => findingsOf(one, surroundings, at));
  return confirmedOr(findings, `no event of ${pods.length} plugin pods names a cause`);
}

function findingsOf({ pod, events }: PluginPodEvents, surroundings: Surroundings, at: Case): readonly Finding[] {
  const agent = [...surroundings.situation.ailing, ...surroundings.situation.ailingControllers].find((one) => one.pod.name === pod);
  // A pod that is Ready again has outlived what its probes said.
  if (agent === undefined || agent.ailment.detail === 'restarted') return [];
  const fresh = withReason(events, 'Unhealthy', 'FailedCreatePodSandBox', 'MissingIAMPermissions').filter((event) =>
    isFresh(event, at, minutes(15)),
  );
  const words = fresh.toReversed().flatMap((event) => wordsOf(event) ?? []);
  const newestOfEach = [...Map.groupBy(words, ({ classification }) => classification.cause).values()].flatMap(([newest]) => newest ?? []);
  return newestOfEach.map((one) => findingOf(one, surroundings, isStrong(one.classification, one) ? 'certain' : 'likely'));
}

function wordsOf(event: ObservedEvent): Words | undefined {
  const classification = classify(wording(event), { where: event.reason === 'Unhealthy' ? 'probe' : 'event' });
  if (classification === undefined) return undefined;
  const lastedMs = event.lastAt === null || event.firstAt === null ? 0 : Date.parse(event.lastAt) - Date.parse(event.firstAt);
  return { classification, exhibits: [eventExhibit(event)], at: event.lastAt, count: Math.max(1, event.count), lastedMs };
}
