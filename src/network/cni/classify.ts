import { genericFalseFriends, genericSignatures } from './generic.ts';
import { peel, type PeeledMessage } from './message.ts';
import type { NetworkPlugin, PluginId } from './plugin.ts';
import { bare, loosened, read, type Reading } from './reading.ts';
import { pluginById, pluginOfType, plugins } from './registry.ts';
import type { CauseAndDetail } from './details.ts';
import type { Alternative, FalseFriend, Needs, Signature, Where } from './signature.ts';

/** Where a text comes from. The more is said, the surer the answer. */
export interface TextContext {
  readonly where: Where;
  /** The plugin whose pod or log it is. */
  readonly plugin?: PluginId;
  readonly container?: string;
}

/** What a text says, at its best reading. */
export interface Classification extends CauseAndDetail {
  /** Whose words they are; null for words of Kubernetes, a runtime or a cloud. */
  readonly plugin: PluginId | null;
  /** As long as `needs` are not met, a strong text counts as a weak one. */
  readonly strength: 'strong' | 'weak';
  readonly needs: Needs | null;
  /** What it means instead where the cluster's structure says so; `resolve` applies them. */
  readonly alternatives: readonly Alternative[];
  /** The words that decided, without quotes. */
  readonly matched: string;
  readonly message: PeeledMessage;
  readonly signature: Signature;
}

interface Candidate {
  readonly signature: Signature;
  readonly plugin: PluginId | null;
  readonly start: number;
  readonly matched: string;
  readonly named: boolean;
  /** Words of one plugin while the message or the caller names others. */
  readonly foreign: boolean;
  readonly order: number;
}

/**
 * The cause that a text names; undefined where it names none or is known to be harmless.
 *
 * Strong words before weak ones; words of the plugin that the message or the caller names, and of nobody in particular,
 * before those of other plugins; among these the innermost. Never throws; the same text always gives the same answer, however often it was quoted or wrapped.
 */
export function classify(text: string, context: TextContext): Classification | undefined {
  const message = peel(text);
  const reading = read(text);
  if (falseFriend(reading) !== undefined) return undefined;
  const candidates = candidatesIn(reading, message, context).sort(byWeight);
  const [best] = candidates;
  if (best === undefined) return undefined;
  const { signature } = best;
  return {
    cause: signature.cause,
    detail: signature.detail ?? detailOf(candidates, signature),
    plugin: best.plugin,
    strength: signature.strength,
    needs: signature.needs,
    alternatives: signature.alternatives,
    matched: best.matched,
    message,
    signature,
  };
}

/** Why a text that looks alarming is harmless or not of the network; undefined where it is neither. */
export function harmlessBecause(text: string): string | undefined {
  return falseFriend(read(text))?.why;
}

/** Signs of one observation over time, against what the signature needs. */
export interface Observed {
  /** From the first to the last time it was seen, or how long the state lasts. */
  readonly lastedMs: number;
  readonly count: number;
}

/** Whether the words are enough on their own: strong, and seen as long and as often as they need. */
export function isStrong({ strength, needs }: Pick<Classification, 'strength' | 'needs'>, { lastedMs, count }: Observed): boolean {
  if (strength === 'weak') return false;
  return (needs?.olderThanMs ?? 0) <= lastedMs && (needs?.repeated === undefined || count >= 2);
}

/** The cause under the circumstances that hold: the first alternative whose circumstance does, else the text's own. */
export function resolve(classification: Classification, circumstances: ReadonlySet<Alternative['when']>): CauseAndDetail {
  return classification.alternatives.find(({ when }) => circumstances.has(when)) ?? classification;
}

const allFalseFriends: readonly FalseFriend[] = [...plugins.flatMap((plugin) => plugin.falseFriends), ...genericFalseFriends];

function falseFriend(reading: Reading): FalseFriend | undefined {
  return allFalseFriends.find(({ pattern }) => find(pattern, reading) !== null);
}

const specific = plugins.flatMap((plugin) => plugin.signatures.map((signature) => ({ signature, plugin: plugin.id as PluginId | null })));
const vocabulary = [...specific, ...genericSignatures.map((signature) => ({ signature, plugin: null }))].map((entry, order) => ({
  ...entry,
  order,
}));

function candidatesIn(reading: Reading, message: PeeledMessage, context: TextContext): Candidate[] {
  const named = namedPlugins(message, context);
  const known = context.plugin === undefined ? null : new Set<PluginId | null>([null, ...named]);
  const found = vocabulary.flatMap(({ signature, plugin, order }): Candidate[] => {
    if (context.where === 'log' && known !== null && !known.has(plugin)) return [];
    if (!belongs(signature, plugin, context)) return [];
    const match = find(signature.pattern, reading);
    if (match === null) return [];
    const isNamed = plugin !== null && named.has(plugin);
    const foreign = plugin !== null && !isNamed && named.size > 0;
    return [{ signature, plugin, order, start: match.index, matched: match[0], named: isNamed, foreign }];
  });
  const ofCni = context.where !== 'event' || message.cni || context.plugin !== undefined || found.some(({ plugin }) => plugin !== null);
  return found.filter(({ signature }) => ofCni || !signature.onlyOfCni);
}

/** The plugins that the caller or the message names, with those whose words they also speak. */
function namedPlugins(message: PeeledMessage, { plugin }: TextContext): ReadonlySet<PluginId> {
  const inMessage = message.plugins.flatMap((type) => pluginOfType(type) ?? []);
  const direct: readonly NetworkPlugin[] = plugin === undefined ? inMessage : [pluginById(plugin), ...inMessage];
  return new Set(direct.flatMap(({ id, speaks }) => [id, ...speaks]));
}

/**
 * Whether a signature may be looked for here. Probes print anything, so only words listed for probes count there. A
 * plugin's own words count wherever else they are quoted; words of others only where they are listed.
 */
function belongs(signature: Signature, plugin: PluginId | null, { where, container }: TextContext): boolean {
  if (where === 'probe' || plugin === null) return signature.where.includes(where);
  if (signature.where.every((place) => place === 'object') && where !== 'object') return false;
  if (signature.strength === 'strong') return true;
  const otherContainer = container !== undefined && signature.containers.length > 0 && !signature.containers.includes(container);
  return signature.where.includes(where) && !otherContainer;
}

function byWeight(a: Candidate, b: Candidate): number {
  return (
    Number(b.signature.strength === 'strong') - Number(a.signature.strength === 'strong') ||
    Number(a.foreign) - Number(b.foreign) ||
    b.start - a.start ||
    Number(b.named) - Number(a.named) ||
    Number(b.plugin !== null) - Number(a.plugin !== null) ||
    a.order - b.order
  );
}

/** A wrapper may say more of the same cause than its inmost words. */
function detailOf(candidates: readonly Candidate[], { cause }: Signature): string | null {
  return candidates.find(({ signature }) => signature.cause === cause && signature.detail !== null)?.signature.detail ?? null;
}

const loosenedPatterns = new WeakMap<RegExp, RegExp>();

/** In a broken text everything is looked for in the joined reading, where also the words that were broken are whole. */
function find(pattern: RegExp, { spaced, joined }: Reading): RegExpExecArray | null {
  if (joined === null) return pattern.exec(bare(spaced));
  const loose = loosenedPatterns.get(pattern) ?? loosened(pattern);
  loosenedPatterns.set(pattern, loose);
  return loose.exec(bare(joined));
}
