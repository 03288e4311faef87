import type { Node } from '../cluster/wire.ts';
import type { PluginPod } from '../collectors/plugin-pods.ts';
import type { PodRow } from '../collectors/pod-row.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { recorded } from '../core/evidence.ts';
import type { Recording } from '../core/evidence.ts';
import type { Subject } from '../core/verdict.ts';
import { clock, dayAndClock } from '../sinks/headline.ts';

interface Look {
  readonly before: Diagnosis;
  readonly after: { readonly recording: Recording };
  readonly endedAt: string;
}

/** A pod as far as this goes. */
interface Readiness {
  readonly name: string;
  readonly ready: boolean;
  readonly since: string | null;
}

/**
 * That a cause's subject has become Ready since it was diagnosed; null where it has not, where it was Ready all along and so was not
 * what was wrong, and where that is not known.
 */
export function subjectReady(subject: Subject, look: Look): string | null {
  switch (subject.kind) {
    case 'Pod':
      return podReady(subject, look) ?? successorReady(subject, look);
    case 'DaemonSet':
    case 'Deployment':
      return workloadReady(subject, look);
    case 'Node':
      return nodeReady(subject, look);
    default:
      return null;
  }
}

function podReady({ namespace, name }: Subject, look: Look): string | null {
  const row = podsOf(look).find((one) => one.namespace === namespace && one.name === name);
  return row === undefined ? null : readyAgain({ name, ready: row.ready, since: row.readyChangedAt }, look);
}

/** A pod of a DaemonSet that was deleted is followed by one with another name on the same node. */
function successorReady({ namespace, name }: Subject, look: Look): string | null {
  const agents = recorded<readonly PluginPod[]>(look.after.recording, 'pluginPods') ?? [];
  if (agents.some((one) => one.namespace === namespace && one.name === name)) return null;
  const { node } = look.before.target;
  const next = agents.find(
    (one) =>
      one.part === 'agent' && one.namespace === namespace && node !== null && one.node === node && name.startsWith(`${one.workload}-`),
  );
  if (next?.ready !== true || !isSinceDiagnosis(next.readyChangedAt, look)) return null;
  return `${next.name} has taken the place of ${name} and is Ready since ${time(next.readyChangedAt, look)}`;
}

function workloadReady({ kind, namespace, name }: Subject, look: Look): string | null {
  const plugins = recorded<readonly PluginPod[]>(look.after.recording, 'pluginPods') ?? [];
  const pods = plugins.filter((one) => one.namespace === namespace && one.workload === name && !one.terminating);
  const latest = pods.flatMap(({ readyChangedAt }) => readyChangedAt ?? []).toSorted((a, b) => Date.parse(b) - Date.parse(a))[0];
  if (pods.length === 0 || latest === undefined || !pods.every(({ ready }) => ready) || !isSinceDiagnosis(latest, look)) return null;
  const all = pods.length === 1 ? `the pod of ${kind} ${name} is` : `all ${pods.length} pods of ${kind} ${name} are`;
  return `${all} Ready again since ${time(latest, look)}`;
}

function nodeReady({ name }: Subject, look: Look): string | null {
  const node = recorded<readonly Node[]>(look.after.recording, 'nodes')?.find(({ metadata }) => metadata?.name === name);
  const conditions = node?.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const network = conditions.find(({ type }) => type === 'NetworkUnavailable');
  if (network?.status === 'True') return null;
  const since = [ready?.lastTransitionTime, network?.lastTransitionTime].find((at) => isSinceDiagnosis(at ?? null, look)) ?? null;
  return readyAgain({ name: `node ${name}`, ready: ready?.status === 'True', since }, look);
}

function readyAgain({ name, ready, since }: Readiness, look: Look): string | null {
  return ready && isSinceDiagnosis(since, look) ? `${name} is Ready again since ${time(since, look)}` : null;
}

/** The clocks of API server and worker may differ by seconds, and Kubernetes' times are whole seconds. */
const skewMs = 5_000;

function isSinceDiagnosis(at: string | null, { before }: Look): at is string {
  return at !== null && Date.parse(at) >= Date.parse(before.startedAt) - skewMs;
}

function time(at: string | null, { endedAt }: Look): string {
  if (at === null) return 'an unknown time';
  return at.slice(0, 10) === endedAt.slice(0, 10) ? clock(at) : dayAndClock(at);
}

function podsOf(look: Look): readonly Pick<PodRow, 'namespace' | 'name' | 'ready' | 'readyChangedAt'>[] {
  return [
    ...(recorded<readonly PluginPod[]>(look.after.recording, 'pluginPods') ?? []),
    ...(recorded<readonly PodRow[]>(look.after.recording, 'podRows') ?? []),
  ];
}
