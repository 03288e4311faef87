import { counted } from '../../core/counted.ts';
import { exhibit } from '../../core/evidence.ts';
import { oncePer } from '../../core/once-per.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Verdict } from '../../core/verdict.ts';
import { agentsOn } from '../../collectors/plugin-agents.ts';
import type { PluginPod } from '../../collectors/plugin-pods.ts';
import type { ClusterPlugin } from '../../collectors/plugins.ts';
import type { Situation } from './situation.ts';
import { actionsFor } from './next-actions.ts';

/** Does this node run another version of the plugin than most nodes, while no rollout is under way? */
export function agentVersionsDiffer(pods: readonly PluginPod[], situation: Situation): Verdict {
  const { main, here, plugins } = situation;
  const own = agentsOn(pods, here).find(({ plugin, node }) => plugin === main?.id && node === here);
  const alike = main === undefined || own === undefined ? undefined : imagesByWorkload(pods, main).get(workloadOf(own));
  if (main === undefined || own === undefined || alike === undefined) return confirmedOr([], 'no agent of this node to compare');
  const { agents, images, usual, most } = alike;
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

/** The plugin's agents by DaemonSet, for nodes of another operating system have one of their own; with the image that most of them run. */
const imagesByWorkload = oncePer((pods: readonly PluginPod[], { id }: ClusterPlugin) => {
  const workloads = Map.groupBy(
    agentsOn(pods, undefined).filter(({ plugin }) => plugin === id),
    workloadOf,
  );
  return new Map([...workloads].map(([workload, agents]) => [workload, { agents, ...imagesOf(agents) }]));
});

function imagesOf(agents: readonly PluginPod[]) {
  const images = Map.groupBy(agents, imageOf);
  const [usual = '', most = []] = [...images].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return { images, usual, most };
}

function workloadOf({ namespace, workload }: PluginPod): string {
  return `${namespace}/${workload}`;
}

function imageOf({ containers }: PluginPod): string {
  return containers.find(({ role }) => role === 'main')?.image ?? '';
}
