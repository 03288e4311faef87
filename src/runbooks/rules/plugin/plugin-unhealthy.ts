import { counted } from '../../../core/counted.ts';
import type { CauseId } from '../../../core/causes.ts';
import type { Case } from '../../../core/runbook.ts';
import { confirmedOr, doesNotApply, ruledOut } from '../../../core/verdict.ts';
import type { Confidence, Finding, Verdict } from '../../../core/verdict.ts';
import { isReady as isNodeReady, nodeOutage } from '../../../facts/nodes.ts';
import { brief } from '../../../facts/application/scene.ts';
import type { AilingPod, Situation } from '../situation.ts';
import { agentBelongsHere, ailingTitle, place } from '../situation.ts';
import { actionsFor } from '../next-actions.ts';
import { agentAbsent } from './agent-absent.ts';

/** Is the network plugin unhealthy on the node concerned: failing, restarting now, not ready, or absent? */
export function pluginUnhealthy(situation: Situation, at: Case): Verdict {
  const { node, plugins, ailing, agents } = situation;
  const outage = node === undefined ? undefined : nodeOutage(node);
  if (outage?.detail === 'kubelet-silent') return doesNotApply('the kubelet is silent, so the state of its pods is out of date');
  const here = ailing.filter((one) => !isStillStarting(one, situation)).map((one) => agentFinding(one, situation, at));
  const controllers = concernsNetwork(situation, at)
    ? situation.ailingControllers.filter(({ ailment }) => ailment.detail !== 'restarted').map((one) => controllerFinding(one, situation))
    : [];
  const absent = agentAbsent(situation);
  const findings = [...here, ...controllers, ...(absent === undefined ? [] : [absent])];
  if (findings.length > 0) return confirmedOr(findings, '');
  if (plugins?.k3sEmbedded === true) return ruledOut('flannel runs inside the k3s process here, which has no pod to look at');
  if (plugins?.main === null) return doesNotApply('no network plugin was recognised');
  if (situation.settling !== null) return ruledOut(`${situation.settling}, and its network plugin may still be starting`);
  if (!agentBelongsHere(situation)) return doesNotApply(`no agent of the network plugin belongs ${place(situation)}`);
  const well = agents.map(({ name }) => name).slice(0, 3);
  return ruledOut(
    `${agents.length === 1 ? 'the agent is' : `all ${agents.length} agents are`} healthy ${place(situation)}: ${well.join(', ')}`,
  );
}

/** A node that has just come up waits for its agent; one that crashes will not come up by waiting. */
function isStillStarting({ ailment }: AilingPod, { settling }: Situation): boolean {
  return settling !== null && (ailment.detail === 'not-ready' || ailment.detail === 'pending');
}

/** Whether the target has trouble that a network plugin can make; otherwise its controllers are none of its business. */
function concernsNetwork({ sandbox, node, lookedAt }: Situation, at: Case): boolean {
  return (
    sandbox === 'missing' ||
    lookedAt !== undefined ||
    at.alert.alertname === 'KubeNetworkPluginError' ||
    (node !== undefined && !isNodeReady(node))
  );
}

function agentFinding({ pod, ailment }: AilingPod, situation: Situation, at: Case): Finding {
  const isMain = pod.plugin === situation.main?.id;
  const alike = ailment.inStatus ?? ailment.detail;
  const many = situation.ailingElsewhere.filter((other) => other.pod.workload === pod.workload && other.ailment.detail === alike);
  const workload =
    many.length > 0
      ? `; so ${many.length === 1 ? 'does' : 'do'} ${counted(many.length, 'more pod')} of ${pod.workload} on other nodes`
      : '';
  const detail = ailment.detail === 'restarted' ? 'crash-looping' : ailment.detail;
  const told = { cause: 'cni-plugin-unhealthy' as const, detail };
  return {
    ...told,
    title: ailingTitle({ pod, ailment }, situation),
    subject:
      many.length > 0
        ? { kind: 'DaemonSet', namespace: pod.namespace, name: pod.workload }
        : { kind: 'Pod', namespace: pod.namespace, name: pod.name },
    confidence: agentConfidence(ailment.detail, isMain, concernsNetwork(situation, at)),
    summary: `Pod ${pod.namespace}/${pod.name} of the network plugin ${ailment.says}${workload}.${saidAtLast(ailment)}`,
    exhibits: [ailment.exhibit, ...(ailment.lastWords === undefined ? [] : [ailment.lastWords])],
    nearness: 'node',
    at: ailment.at,
    actions: actionsFor(told, { ...situation, agents: [pod] }),
    ...(situation.lookedAt?.uid === pod.uid ? { explains: ofTheSamePod } : {}),
  };
}

function saidAtLast({ lastWords }: AilingPod['ailment']): string {
  return lastWords === undefined ? '' : ` It said at last: "${brief(lastWords.text)}".`;
}

/** What is seen of a plugin's own pod as an application is the plugin's failure once more. */
const ofTheSamePod: readonly CauseId[] = [
  'app-crash-looping',
  'app-init-failing',
  'app-readiness-probe-failing',
  'app-oom-killed',
  'app-image-pull',
];

function agentConfidence(detail: AilingPod['ailment']['detail'], isMain: boolean, concerned: boolean): Confidence {
  if (detail === 'restarted') return 'possible';
  if (!isMain) return concerned ? 'likely' : 'possible';
  return concerned ? 'certain' : 'likely';
}

function controllerFinding({ pod, ailment }: AilingPod, situation: Situation): Finding {
  const told = { cause: 'cni-plugin-unhealthy' as const, detail: ailment.detail === 'restarted' ? 'crash-looping' : ailment.detail };
  return {
    ...told,
    title: `${pod.workload}, which the network plugin depends on, ${ailment.says.replace(/, \d+ restarts$/, '')}`,
    subject: { kind: 'Deployment', namespace: pod.namespace, name: pod.workload },
    confidence: 'likely',
    summary: `Pod ${pod.namespace}/${pod.name} ${ailment.says}.${saidAtLast(ailment)}`,
    exhibits: [ailment.exhibit, ...(ailment.lastWords === undefined ? [] : [ailment.lastWords])],
    nearness: 'cluster',
    at: ailment.at,
    actions: actionsFor(told, { ...situation, agents: [pod] }),
    explains: ['node-pod-cidr-missing', 'ip-pool-exhausted'],
  };
}
