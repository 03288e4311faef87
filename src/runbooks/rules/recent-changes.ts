import { ageMs, duration, minutes } from '../../core/moment.ts';
import { oncePer } from '../../core/once-per.ts';
import type { Case } from '../../core/runbook.ts';
import { ruledOut } from '../../core/verdict.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Node } from '../../cluster/wire.ts';
import type { PluginPod } from '../../collectors/plugin-pods.ts';

/** What changed shortly before the alert. A change by itself proves nothing, so it is told and never a finding. */
export function recentChanges(
  { pluginPods, node }: { readonly pluginPods: readonly PluginPod[]; readonly node: Node | undefined },
  at: Case,
): Verdict {
  const since = minutes(60);
  const created = creationTimes(pluginPods);
  const limit = Date.parse(at.now) - since;
  const young = pluginPods.filter((_, place) => (created[place] ?? NaN) > limit);
  const nodeAge = ageMs(at, node?.metadata?.creationTimestamp);
  const changes = [
    ...(young.length > 0
      ? [
          `${young.length} plugin pods are younger than an hour (${young
            .slice(0, 3)
            .map(({ name }) => name)
            .join(', ')})`,
        ]
      : []),
    ...(nodeAge !== null && nodeAge < since ? [`node ${node?.metadata?.name ?? ''} is ${duration(nodeAge)} old`] : []),
  ];
  return ruledOut(
    changes.length === 0
      ? 'neither the node nor a plugin pod is younger than an hour'
      : `changed within the hour, which by itself proves nothing: ${changes.join('; ')}`,
  );
}

/** Milliseconds since the epoch for each pod; NaN where it has no time. */
const creationTimes = oncePer((pods: readonly PluginPod[]) => pods.map(({ createdAt }) => Date.parse(createdAt ?? '')));
