import { minutes } from '../../../core/moment.ts';
import type { Confidence, Finding, Nearness, Subject } from '../../../core/verdict.ts';
import { podCidrsOf } from '../../../facts/nodes.ts';
import { judgeFull, judgeUsage } from '../../../network/ipam/judge-usage.ts';
import type { Classification } from '../../../network/cni/classify.ts';
import { pluginById, pluginOfType } from '../../../network/cni/registry.ts';
import type { PoolUsage } from '../../../network/ipam/pool-usage.ts';
import { meaningOf } from './meaning.ts';
import type { Meaning } from './meaning.ts';
import { ailingTitle, nodeSubject, pluginSubject } from '../situation.ts';
import type { Situation } from '../situation.ts';
import { actionsFor } from '../next-actions.ts';
import { heldByNobody } from './asked-address.ts';
import { titleOf } from './cause-title.ts';
import { usageSentence, usageSubject, worstPool } from './pool-figures.ts';
import { poolsOf } from './words.ts';
import type { Surroundings, Words } from './words.ts';

/** The finding that the words make, weighed against what else is known. */
export function findingOf(words: Words, surroundings: Surroundings, confidence: Confidence): Finding {
  const { situation } = surroundings;
  const meaning = meaningOf(words, surroundings);
  const { cause, detail, leftOver, sick } = meaning;
  const held = heldCidrs(meaning, words, situation);
  const figures = held === undefined ? figuresOf(meaning, words, surroundings) : `node ${situation.here ?? ''} holds ${held} by now.`;
  const plugin = leftOver === null ? pluginTitle(words.classification, situation) : pluginById(leftOver).title;
  const told = { cause, detail, plugin, words: words.classification.matched, figures: figures?.replace(/\.$/, '') ?? null };
  return {
    cause,
    detail,
    title: sick === null ? titleOf(told, situation) : ailingTitle(sick, situation),
    subject: subjectOf(meaning, words, surroundings),
    confidence: (held !== undefined || contradicted(meaning, words, surroundings)) && confidence === 'certain' ? 'likely' : confidence,
    summary: [quote(words), figures === undefined ? undefined : capitalised(figures), sick === null ? undefined : ailmentOf(sick)]
      .filter((one) => one !== undefined)
      .join(' '),
    exhibits: sick === null ? words.exhibits : [...words.exhibits, sick.ailment.exhibit],
    nearness: nearnessOf(situation),
    at: words.at,
    actions: actionsFor(
      { cause, detail, speaker: words.classification.plugin },
      sick === null ? situation : { ...situation, agents: [sick.pod] },
    ),
  };
}

function ailmentOf({ pod, ailment }: NonNullable<Meaning['sick']>): string {
  return `Pod ${pod.namespace}/${pod.name} ${ailment.says}.`;
}

/** The figures of the pool; only where they bear on the cause. */
function figuresOf({ cause, detail }: Meaning, { classification }: Words, surroundings: Surroundings): string | undefined {
  if (cause === 'ipam-state-corrupt' && detail === 'stale-allocation') return heldByNobody(classification.message.text, surroundings);
  if (cause === 'ipam-state-corrupt' && detail === 'leaked-allocations') {
    const records = surroundings.usages.filter(({ used }) => used !== null);
    return usageSentence(records.length > 0 ? records : poolsOf(classification, surroundings));
  }
  const { fullNode } = surroundings;
  if (detail === 'max-pods-reached' && fullNode !== undefined) return usageSentence([fullNode]);
  return cause === 'ip-pool-exhausted' ? usageSentence(poolsAskedOf(detail, classification, surroundings)) : undefined;
}

/** That a node could hold more addresses says nothing of a subnet that has none left to give it. */
function poolsAskedOf(detail: string | null, classification: Classification, surroundings: Surroundings): readonly PoolUsage[] {
  const pools = poolsOf(classification, surroundings);
  return detail === 'subnet-full' ? pools.filter((pool) => pool.scope === 'subnet' || judgeUsage(pool) === 'exhausted') : pools;
}

/** Whether a pool that is called full has room as far as it was counted, though nothing shows what else takes its addresses. */
function contradicted({ cause, detail }: Meaning, { classification }: Words, surroundings: Surroundings): boolean {
  const worst = cause === 'ip-pool-exhausted' ? worstPool(poolsAskedOf(detail, classification, surroundings)) : undefined;
  return worst !== undefined && judgeFull(worst) === 'leaking';
}

/**
 * The pod CIDR that the node's object holds although the words say that there is none: who spoke could not read the node, or it has been
 * given one since. Undefined where nothing contradicts, also where the plugin keeps ranges of its own.
 */
function heldCidrs({ cause }: Meaning, { classification: { message } }: Words, { node, main }: Situation): string | undefined {
  if (cause !== 'node-pod-cidr-missing' || node === undefined) return undefined;
  if (main?.needsPodCidr !== true && !/\bspec\.podCIDR/i.test(message.text)) return undefined;
  const [family] = /IPv[46]/i.exec(message.text) ?? [];
  const cidrs = podCidrsOf(node).filter((cidr) => family === undefined || cidr.includes(':') === family.endsWith('6'));
  return cidrs.length === 0 ? undefined : cidrs.join(' and ');
}

/**
 * Who spoke: the plugin whose words they are, else the one that the message names. Binaries that many use speak for the main plugin where it
 * calls them; under one that does not, they set up a further network of the pod.
 */
function pluginTitle({ plugin, message, signature }: Classification, { main }: Situation): string {
  const named = pluginOfType(message.plugin ?? '')?.id;
  const callers = main === undefined ? [] : [main.id, ...pluginById(main.id).speaks];
  if (plugin === 'reference' && main !== undefined && named !== undefined && callers.includes(named)) return main.title;
  const speaker = plugin === 'reference' ? (named ?? plugin) : (plugin ?? named);
  if (speaker !== undefined && speaker !== 'reference') return pluginById(speaker).title;
  const isFurther = speaker === 'reference' && main !== undefined && !callers.includes('reference');
  if (isFurther && signature.sourceNote.includes('/host-local/')) return message.plugin ?? 'host-local';
  return main?.title ?? 'The network plugin';
}

function quote(words: Words): string {
  const { classification, count, lastedMs } = words;
  const cause = withoutLogHeader(classification.message.cause.replaceAll(/\s+/g, ' ').trim());
  const text = excerpt(cause, classification.matched);
  const often = count > 1 ? ` (${count} times${lastedMs > minutes(1) ? ` in ${Math.round(lastedMs / 60_000)} min` : ''})` : '';
  return `${speakerOf(words)}: "${text}"${often}.`;
}

/** At most some 240 characters, the words that decided among them. */
function excerpt(text: string, matched: string): string {
  if (text.length <= 240) return text;
  const at = text.indexOf(matched.slice(0, 16));
  const start = at + matched.length <= 239 ? 0 : Math.max(0, Math.min(at - 80, text.length - 239));
  return `${start === 0 ? '' : '…'}${text.slice(start, start + 239)}${start + 239 < text.length ? '…' : ''}`;
}

function speakerOf({ exhibits: [{ source }] }: Words): string {
  if (source.kind === 'Log')
    return `The log of ${source.container ?? 'a container'} in pod ${source.namespace ?? ''}/${source.name ?? ''} says`;
  return source.kind === 'Node' ? `Node ${source.name ?? ''} says` : 'Events say';
}

/** Time, level and place in the source, which klog and Calico put before what they say. */
function withoutLogHeader(text: string): string {
  return text
    .replace(/^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\] /, '')
    .replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \[(?:FATAL|PANIC|ERROR|WARNING|INFO|DEBUG)\]\[\d+\] \S+ \d+: /, '');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function nearnessOf({ here }: Situation): Nearness {
  return here === undefined ? 'cluster' : 'node';
}

/** Causes that lie in the cluster rather than in one node, so that all nodes' alerts meet under one subject. */
const ofTheCluster = new Set(['cni-datastore-unreachable', 'cni-auth-failure', 'cni-version-incompatible', 'cloud-network-misconfigured']);

function subjectOf({ cause, sick }: Meaning, { classification }: Words, { situation, usages }: Surroundings): Subject {
  if (cause === 'ip-pool-exhausted' || cause === 'ipam-state-corrupt') return usageSubject(usages) ?? nodeSubject(situation);
  if (ofTheCluster.has(cause)) return pluginSubject(situation, classification.plugin ?? undefined);
  const ailing = cause === 'cni-plugin-unhealthy' ? (sick ?? situation.ailing.find(({ ailment }) => ailment.detail !== 'restarted')) : null;
  return ailing === null || ailing === undefined
    ? nodeSubject(situation)
    : { kind: 'Pod', namespace: ailing.pod.namespace, name: ailing.pod.name };
}
