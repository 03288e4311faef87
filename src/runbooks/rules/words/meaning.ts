import type { CauseId } from '../../../core/causes.ts';
import { judgeUsage } from '../../../network/ipam/judge-usage.ts';
import { resolve } from '../../../network/cni/classify.ts';
import type { CauseAndDetail } from '../../../network/cni/details.ts';
import type { PluginId } from '../../../network/cni/plugin.ts';
import { pluginById, pluginOfType } from '../../../network/cni/registry.ts';
import type { Circumstance } from '../../../network/cni/signature.ts';
import { isHeldByNobody } from './asked-address.ts';
import { leakingPool, worstPool } from './pool-figures.ts';
import { agentBelongsHere, agentsOf, daemonSetsKnown, isInstalled } from '../situation.ts';
import type { AilingPod, Situation } from '../situation.ts';
import { poolsOf } from './words.ts';
import type { Surroundings, Words } from './words.ts';

/** What words come to in this cluster. */
export interface Meaning extends CauseAndDetail {
  /** The plugin that spoke though the cluster runs another; null where the right one spoke. */
  readonly leftOver: PluginId | null;
  /** The agent of the node whose failure the words tell of; null where it is well, or the words tell of something else. */
  readonly sick: AilingPod | null;
}

/**
 * What the words mean beside what was read of the cluster: another plugin than the cluster's own speaks from a left-over
 * configuration, a full pool is full of leaks by its own records, an agent that does not answer is one that crashes.
 */
export function meaningOf(words: Words, surroundings: Surroundings): Meaning {
  const { situation } = surroundings;
  const told = resolve(words.classification, circumstances(words, surroundings));
  const leftOver = silentCauses.has(words.classification.cause) ? leftOverPlugin(words, situation) : null;
  if (leftOver !== null) return { cause: 'multiple-cni-plugins', detail: 'left-over-config', leftOver, sick: null };
  if (told.cause === 'ip-pool-exhausted') return { ...exhausted(told, words, surroundings), leftOver, sick: null };
  if (told.cause !== 'cni-plugin-unhealthy') return { cause: told.cause, detail: told.detail, leftOver, sick: null };
  const sick = situation.ailing.find(({ ailment }) => ailment.detail !== 'restarted') ?? null;
  const isVague = told.detail === null || told.detail === 'agent-not-answering' || told.detail === 'not-ready';
  return { cause: told.cause, detail: isVague && sick !== null ? sick.ailment.detail : told.detail, leftOver, sick: isVague ? sick : null };
}

/** What is said where nobody stands behind a configuration any more. A plugin that fails in its work is there. */
const silentCauses: ReadonlySet<CauseId> = new Set([
  'cni-plugin-unhealthy',
  'cni-not-initialized',
  'cni-auth-failure',
  'cni-datastore-unreachable',
  'multiple-cni-plugins',
]);

/** A pool whose own records are full of owners who are gone leaks, whatever the words say; else the pool says how it is full. */
function exhausted(told: CauseAndDetail, words: Words, surroundings: Surroundings): CauseAndDetail {
  if (surroundings.usages.some((usage) => usage.used !== null && judgeUsage(usage) === 'leaking')) {
    return { cause: 'ipam-state-corrupt', detail: 'leaked-allocations' };
  }
  const worst = worstPool(poolsOf(words.classification, surroundings));
  const full = worst !== undefined && judgeUsage(worst) === 'exhausted' ? worst.exhaustedAs : null;
  // Clouds give a node as many addresses as its kubelet takes pods.
  const byNode = worst === undefined && surroundings.fullNode !== undefined ? surroundings.fullNode.exhaustedAs : null;
  return { cause: told.cause, detail: told.detail ?? full ?? byNode };
}

/** The main plugin that speaks although no DaemonSet of it exists and another main plugin is installed. */
function leftOverPlugin({ classification, exhibits }: Words, situation: Situation): PluginId | null {
  const { main, plugins } = situation;
  if (main === undefined || plugins === undefined || !daemonSetsKnown(situation)) return null;
  // A plugin's own log comes from a pod that is there.
  if (exhibits[0].source.kind === 'Log') return null;
  const named = classification.message.plugins.flatMap((type) => pluginOfType(type)?.id ?? []);
  const speakers = named.length > 0 ? named : classification.plugin === null ? [] : [classification.plugin];
  const mains = speakers.filter((id) => pluginById(id).role === 'main' && id !== 'reference');
  if (mains.length === 0 || mains.some((id) => speaks(situation, id) !== false)) return null;
  return mains[0] ?? null;
}

/** What holds in the cluster that lets the same words mean another cause. */
function circumstances({ classification }: Words, surroundings: Surroundings): ReadonlySet<Circumstance> {
  const { situation } = surroundings;
  const speaker = classification.plugin;
  const agents = agentsOf(situation, speaker);
  const installed = speaker === null ? true : speaks(situation, speaker);
  const ailing = situation.ailing.some(({ pod, ailment }) => ailment.detail !== 'restarted' && (speaker === null || agents.includes(pod)));
  const holds: Record<Circumstance, boolean> = {
    'agent-absent':
      situation.podsKnown &&
      daemonSetsKnown(situation) &&
      agents.length === 0 &&
      situation.plugins?.k3sEmbedded !== true &&
      agentBelongsHere(situation) &&
      (speaker !== null || situation.main !== undefined),
    'agent-unhealthy': ailing,
    'other-plugin-installed': installed === false && situation.main !== undefined,
    'range-has-room': leakingPool(poolsOf(classification, surroundings)) !== undefined,
    'address-unheld': isHeldByNobody(classification.message.text, surroundings) === true,
  };
  return new Set((Object.keys(holds) as Circumstance[]).filter((one) => holds[one]));
}

/** Whether the plugin is installed, or one whose pods speak its words; undefined where that was not read. */
function speaks(situation: Situation, speaker: PluginId): boolean | undefined {
  if (isInstalled(situation, speaker) !== false) return isInstalled(situation, speaker);
  return situation.plugins?.plugins.some(({ id, active }) => active && pluginById(id).speaks.includes(speaker));
}
