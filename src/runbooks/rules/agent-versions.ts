import { counted } from '../../core/counted.ts';
import { exhibit } from '../../core/evidence.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { PluginPod } from '../../collectors/plugin-pods.ts';
import type { Situation } from './situation.ts';
import { actionsFor } from './next-actions.ts';

/** Does this node run another version of the plugin than most nodes, while no rollout is under way? */
export function agentVersionsDiffer(pods: readonly PluginPod[], situation: Situation): Verdict {
  const { main, here, plugins } = situation;
  const agents = pods.filter(({ part, plugin }) => part === 'agent' && plugin === main?.id);
  const own = agents.find(({ node }) => node === here);
  if (main === undefined || own === undefined) return confirmedOr([], 'no agent of this node to compare');
  const images = Map.groupBy(agents, imageOf);
  const [usual = '', most = []] = [...images].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const workload = plugins?.workloads.find(({ name, kind }) => kind === 'DaemonSet' && name === own.workload);
  const rolling = workload !== undefined && workload.updated !== null && workload.desired !== null && workload.updated < workload.desired;
  if (images.size < 2 || imageOf(own) === usual || rolling) {
    return confirmedOr(
      [],
      `${counted(agents.length, 'agent')} and ${counted(images.size, 'version')} of the plugin${rolling ? ', a rollout is under way' : ''}`,
    );
  }
  const told = { cause: 'cni-version-incompatible', detail: 'mixed-versions' } as const;
  return confirmedOr(
    [
      {
        ...told,
        title: `Node ${here ?? ''} runs another version of ${main.title} than the other nodes`,
        subject: { kind: 'Pod', namespace: own.namespace, name: own.name },
        confidence: 'possible',
        summary: `${own.name} runs ${imageOf(own)}, ${most.length} of ${agents.length} agents run ${usual}.`,
        exhibits: [exhibit({ kind: 'Pod', namespace: own.namespace, name: own.name, field: 'spec.containers[].image' }, imageOf(own))],
        nearness: 'node',
        at: own.createdAt,
        actions: actionsFor(told, situation),
      },
    ],
    '',
  );
}

function imageOf({ containers }: PluginPod): string {
  return containers.find(({ role }) => role === 'main')?.image ?? '';
}
