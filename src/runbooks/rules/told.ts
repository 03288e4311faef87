import type { Exhibit } from '../../core/evidence.ts';
import { minutes } from '../../core/moment.ts';
import type { Confidence, Finding, Nearness, Subject } from '../../core/verdict.ts';
import type { PodRow } from '../../collectors/pod-rows.ts';
import { usageOfMessage } from './message-range.ts';
import type { PoolUsage } from '../../network/ipam/pool-usage.ts';
import { resolve } from '../../network/cni/classify.ts';
import type { Classification } from '../../network/cni/classify.ts';
import type { Circumstance } from '../../network/cni/signature.ts';
import { pluginById, pluginOfType } from '../../network/cni/registry.ts';
import { isInstalled, nodeSubject, pluginSubject } from './situation.ts';
import type { Situation } from './situation.ts';
import { actionsFor, titleOf } from './wording.ts';
import { leakingPool, usageSentence, usageSubject } from './pool-arithmetic.ts';

/** Words of the plugin, the kubelet or the cloud that name a cause, as often as they were seen. */
export interface Words {
  readonly classification: Classification;
  readonly exhibits: readonly [Exhibit, ...Exhibit[]];
  /** RFC 3339 of the last time. */
  readonly at: string | null;
  readonly count: number;
  readonly lastedMs: number;
}

/** What the words are weighed against. */
export interface Surroundings {
  readonly situation: Situation;
  /** Pool arithmetic as far as it could be done; empty where nothing is known. */
  readonly usages: readonly PoolUsage[];
  /** Every pod of the cluster; undefined where they were not read. */
  readonly podRows: readonly PodRow[] | undefined;
}

/** What holds in the cluster that lets the same words mean another cause. */
export function circumstances({ classification }: Words, surroundings: Surroundings): ReadonlySet<Circumstance> {
  const { situation } = surroundings;
  const speaker = classification.plugin;
  const agents =
    speaker === null
      ? situation.agents
      : situation.agents.filter(({ plugin }) => plugin === speaker || pluginById(plugin).speaks.includes(speaker));
  const installed = speaker === null ? true : speaks(situation, speaker);
  const ailing = situation.ailing.some(({ pod, ailment }) => ailment.detail !== 'restarted' && (speaker === null || agents.includes(pod)));
  const holds: Record<Circumstance, boolean> = {
    'agent-absent': situation.podsKnown && agents.length === 0 && situation.plugins?.k3sEmbedded !== true,
    'agent-unhealthy': ailing,
    'other-plugin-installed': installed === false && situation.main !== undefined,
    'range-has-room': leakingPool(poolsOf(classification, surroundings)) !== undefined,
  };
  return new Set((Object.keys(holds) as Circumstance[]).filter((one) => holds[one]));
}

function speaks(situation: Situation, speaker: NonNullable<Classification['plugin']>): boolean | undefined {
  if (isInstalled(situation, speaker) !== false) return isInstalled(situation, speaker);
  return situation.plugins?.plugins.some(({ id }) => pluginById(id).speaks.includes(speaker));
}

/** The range that the message itself names decides; without one, the pools that the node takes addresses from. */
export function poolsOf({ message }: Classification, { usages, podRows }: Surroundings): readonly PoolUsage[] {
  const named = podRows === undefined ? undefined : usageOfMessage(message.text, podRows);
  return named === undefined ? usages : [named];
}

/** The finding that the words make, weighed against what else is known. */
export function findingOf(words: Words, surroundings: Surroundings, confidence: Confidence): Finding {
  const { situation } = surroundings;
  const usages = poolsOf(words.classification, surroundings);
  const { cause, detail } = resolve(words.classification, circumstances(words, surroundings));
  const pool = cause === 'ip-pool-exhausted' || cause === 'ipam-state-corrupt' ? usageSentence(usages) : undefined;
  const plugin = pluginTitle(words.classification, situation);
  const told = { cause, detail, plugin, words: words.classification.matched, figures: pool?.replace(/\.$/, '') ?? null };
  return {
    cause,
    detail,
    title: titleOf(told, situation),
    subject: subjectOf(cause, words, surroundings),
    confidence,
    summary: [quote(words), pool].filter((one) => one !== undefined).join(' '),
    exhibits: words.exhibits,
    nearness: nearnessOf(situation),
    at: words.at,
    actions: actionsFor(told, situation),
  };
}

/** Who spoke: the plugin whose words they are, else the one that the message names; the main plugin for binaries that many use. */
function pluginTitle({ plugin, message }: Classification, { main }: Situation): string {
  const speaker = plugin ?? pluginOfType(message.plugin ?? '')?.id;
  if (speaker === undefined || speaker === 'reference') return main?.title ?? 'The network plugin';
  return pluginById(speaker).title;
}

function quote({ classification, count, lastedMs }: Words): string {
  const cause = classification.message.cause.replaceAll(/\s+/g, ' ').trim();
  const text = cause.length > 240 ? `${cause.slice(0, 239)}…` : cause;
  const often = count > 1 ? ` (${count} times${lastedMs > minutes(1) ? ` in ${Math.round(lastedMs / 60_000)} min` : ''})` : '';
  return `It says: "${text}"${often}.`;
}

function nearnessOf({ here }: Situation): Nearness {
  return here === undefined ? 'cluster' : 'node';
}

/** Causes that lie in the cluster rather than in one node, so that all nodes' alerts meet under one subject. */
const ofTheCluster = new Set(['cni-datastore-unreachable', 'cni-auth-failure', 'cni-version-incompatible', 'cloud-network-misconfigured']);

function subjectOf(cause: string, { classification }: Words, surroundings: Surroundings): Subject {
  const { situation, usages } = surroundings;
  if (cause === 'ip-pool-exhausted' || cause === 'ipam-state-corrupt') return usageSubject(usages) ?? nodeSubject(situation);
  if (ofTheCluster.has(cause)) return pluginSubject(situation, classification.plugin ?? undefined);
  if (cause === 'cni-plugin-unhealthy') {
    const sick = situation.ailing.find(({ ailment }) => ailment.detail !== 'restarted');
    if (sick !== undefined) return { kind: 'Pod', namespace: sick.pod.namespace, name: sick.pod.name };
  }
  return nodeSubject(situation);
}
