import { counted } from '../../../core/counted.ts';
import { minutes } from '../../../core/moment.ts';
import type { Case } from '../../../core/runbook.ts';
import { confirmedOr } from '../../../core/verdict.ts';
import type { Finding, Verdict } from '../../../core/verdict.ts';
import type { PluginPodEvents } from '../../../collectors/plugin-events.ts';
import { isStrong } from '../../../network/cni/classify.ts';
import { isFresh, withReason } from '../../../facts/events.ts';
import { findingOf } from '../words/finding-of-words.ts';
import { newestEventWords } from '../words/event-words.ts';
import type { Surroundings } from '../words/words.ts';

/** Do the probes and events of the plugin's pods say why they are not ready, in words that are known? */
export function pluginProbes(pods: readonly PluginPodEvents[], surroundings: Surroundings, at: Case): Verdict {
  const findings = pods.flatMap((one) => findingsOf(one, surroundings, at));
  return confirmedOr(findings, `no event of ${counted(pods.length, 'plugin pod')} names a cause`);
}

function findingsOf({ pod, events }: PluginPodEvents, surroundings: Surroundings, at: Case): readonly Finding[] {
  const agent = [...surroundings.situation.ailing, ...surroundings.situation.ailingControllers].find((one) => one.pod.name === pod);
  // A pod that is Ready again has outlived what its probes said.
  if (agent === undefined || agent.ailment.detail === 'restarted') return [];
  const fresh = withReason(events, 'Unhealthy', 'FailedCreatePodSandBox', 'MissingIAMPermissions').filter((event) =>
    isFresh(event, at, minutes(15)),
  );
  const words = newestEventWords(fresh, ({ reason }) => (reason === 'Unhealthy' ? 'probe' : 'event'));
  return words.map((one) => findingOf(one, surroundings, isStrong(one.classification, one) ? 'certain' : 'likely'));
}
