import { exhibit } from '../../../core/evidence.ts';
import type { ContainerLog } from '../../../collectors/cni-logs.ts';
import { tellingLine } from '../../../facts/application/logs.ts';
import type { AilingPod, Situation } from '../situation.ts';

/** The situation with what the plugin's crashing containers said before they ended, as far as their logs were read. */
export function withLastWords(situation: Situation, logs: readonly ContainerLog[]): Situation {
  const told = (agent: AilingPod): AilingPod => lastWords(agent, logs);
  return { ...situation, ailing: situation.ailing.map(told), ailingControllers: situation.ailingControllers.map(told) };
}

function lastWords({ pod, ailment }: AilingPod, logs: readonly ContainerLog[]): AilingPod {
  const { container } = ailment.exhibit.source;
  const own = logs.filter((log) => log.pod === pod.name && log.namespace === pod.namespace && log.container === container);
  // Of a container that runs again only the previous log tells; of one that waits both are of its last run.
  const log = own.find(({ previous }) => previous) ?? own[0];
  const line = log === undefined || ailment.detail !== 'crash-looping' ? undefined : tellingLine(log.text);
  if (log === undefined || line === undefined) return { pod, ailment };
  const source = { kind: 'Log', namespace: log.namespace, name: log.pod, container: log.container };
  return { pod, ailment: { ...ailment, lastWords: exhibit({ ...source, field: log.previous ? 'previous' : null }, line) } };
}
