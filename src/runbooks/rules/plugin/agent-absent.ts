import { exhibit } from '../../../core/evidence.ts';
import { sh } from '../../../core/shell.ts';
import type { Finding } from '../../../core/verdict.ts';
import type { Node } from '../../../cluster/wire.ts';
import type { PluginWorkload } from '../../../collectors/plugin-workload.ts';
import { isMeantFor, isReady as isNodeReady } from '../../../facts/nodes.ts';
import { agentBelongsHere, nodeSubject } from '../situation.ts';
import type { Situation } from '../situation.ts';

/**
 * No agent on a node that ought to have one. A node that its DaemonSet is not meant for lacks one as well, but for nodes
 * that are at work without.
 */
export function agentAbsent(situation: Situation): Finding | undefined {
  const { here, node, plugins, main, agents, podsKnown } = situation;
  if (node === undefined || here === undefined || plugins === undefined || !podsKnown) return undefined;
  if (situation.settling !== null || !agentBelongsHere(situation)) return undefined;
  if (main === undefined) return isNodeReady(node) || plugins.unread.length > 0 ? undefined : noPlugin(situation);
  if (plugins.k3sEmbedded || agents.some(({ plugin }) => plugin === main.id)) return undefined;
  const [workload] = daemonSetsFor(node, situation);
  if (workload === undefined || (isAtWork(situation, node) && !isMeantFor(node, workload.placement))) return undefined;
  return absence(workload, situation, node);
}

/** The DaemonSets of the main plugin, those that are meant for the node first. */
function daemonSetsFor(node: Node, { plugins, main }: Situation): readonly PluginWorkload[] {
  const all = (plugins?.workloads ?? []).filter(({ plugin, kind }) => plugin === main?.id && kind === 'DaemonSet');
  return all.toSorted((a, b) => Number(isMeantFor(node, b.placement)) - Number(isMeantFor(node, a.placement)));
}

/** The node is Ready, which asks for a network, and the pod that is looked at got its own. */
function isAtWork({ sandbox }: Situation, node: Node): boolean {
  return isNodeReady(node) && sandbox !== 'missing';
}

function absence(workload: PluginWorkload, situation: Situation, node: Node): Finding {
  const { here = '', main } = situation;
  const count = workload.desired === null ? '' : ` It wants ${workload.desired} pods and ${workload.ready ?? 0} are ready.`;
  return {
    cause: 'cni-not-initialized',
    detail: 'no-pod-on-node',
    title: `No pod of ${workload.name} runs on node ${here}`,
    subject: nodeSubject(situation),
    confidence: situation.sandbox === 'missing' || !isNodeReady(node) ? 'certain' : 'likely',
    summary: `DaemonSet ${workload.namespace}/${workload.name} of ${main?.title ?? ''} has no pod on node ${here}.${count}${taintsOf(situation)}`,
    exhibits: [
      exhibit(
        { kind: 'DaemonSet', namespace: workload.namespace, name: workload.name, field: 'status' },
        `desired ${workload.desired ?? '?'}, ready ${workload.ready ?? '?'}; none of its pods has spec.nodeName=${here}`,
      ),
    ],
    nearness: 'node',
    at: null,
    actions: [
      {
        title: 'See where the DaemonSet places its pods',
        command: sh`kubectl get pods -n ${workload.namespace} -l ${workload.selector} -o wide`,
        risk: 'read-only',
      },
      {
        title: 'Compare its node selector and tolerations with the node',
        command: sh`kubectl describe daemonset -n ${workload.namespace} ${workload.name}`,
        risk: 'read-only',
      },
    ],
  };
}

function taintsOf({ node }: Situation): string {
  const taints = (node?.spec?.taints ?? []).map(({ key, value, effect }) => `${key}${value === undefined ? '' : `=${value}`}:${effect}`);
  return taints.length === 0 ? '' : ` The node has the taints ${taints.join(', ')}.`;
}

function noPlugin(situation: Situation): Finding {
  return {
    cause: 'cni-not-initialized',
    detail: 'no-config',
    title: 'The cluster has no network plugin',
    subject: { kind: 'Cluster', namespace: null, name: 'cluster' },
    confidence: 'likely',
    summary: `No DaemonSet of a known network plugin exists, and node ${situation.here ?? ''} is not Ready.`,
    exhibits: [exhibit({ kind: 'DaemonSet', field: 'metadata' }, 'no DaemonSet of a network plugin in any namespace')],
    nearness: 'cluster',
    at: null,
    actions: [{ title: 'See every DaemonSet', command: 'kubectl get daemonsets -A -o wide', risk: 'read-only' }],
  };
}
