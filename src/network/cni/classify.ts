import { commonSignatures, genericFalseFriends, genericSignatures } from './generic.ts';
import { peel, type PeeledMessage } from './message.ts';
import type { NetworkPlugin, PluginId } from './plugin.ts';
import { bare, loosened, read, type Reading } from './reading.ts';
import { pluginById, pluginOfType, plugins } from './registry.ts';
import { requiredWords, squeezed } from './required-words.ts';
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
  const reading = read(text);
  const matches = matchesIn(reading, context);
  if (matches.length === 0 || falseFriend(reading) !== undefined) return undefined;
  const message = peel(text);
  const candidates = weigh(matches, message, context).sort(byWeight);
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

const allFalseFriends = [...plugins.flatMap((plugin) => plugin.falseFriends), ...genericFalseFriends].map((friend) => ({
  friend,
  words: requiredWords(friend.pattern),
}));

function falseFriend(reading: Reading): FalseFriend | undefined {
  const text = squeezed(reading.spaced);
  return allFalseFriends.find(({ friend, words }) => mayMatch(words, text) && find(friend.pattern, reading) !== null)?.friend;
}

const mayMatch = (words: readonly string[] | null, text: string): boolean => words === null || words.some((word) => text.includes(word));

const vocabulary = [
  ...plugins.flatMap((plugin) => plugin.signatures.map((signature) => ({ signature, plugin: plugin.id as PluginId | null }))),
  ...genericSignatures.map((signature) => ({ signature, plugin: null })),
  ...commonSignatures.map((signature) => ({ signature, plugin: null })),
].map((entry, order) => ({ ...entry, order, words: requiredWords(entry.signature.pattern) }));

/** Whether a text may say anything of a plugin; a quick no saves reading most of a log. */
export function mayName(text: string, plugin?: PluginId): boolean {
  const short = squeezed(text);
  return vocabularyOf(plugin).some(({ words }) => mayMatch(words, short));
}

/** In the log of a known plugin, only its own words and those of nobody in particular. */
function vocabularyOf(id: PluginId | undefined): typeof vocabulary {
  if (id === undefined) return vocabulary;
  const known = vocabularies.get(id);
  if (known !== undefined) return known;
  const own = withSpoken(pluginById(id));
  const entries = vocabulary.filter(({ plugin }) => plugin === null || own.includes(plugin));
  vocabularies.set(id, entries);
  return entries;
}

const vocabularies = new Map<PluginId, typeof vocabulary>();

type Match = Pick<Candidate, 'signature' | 'plugin' | 'order' | 'start' | 'matched'>;

function matchesIn(reading: Reading, context: TextContext): Match[] {
  const text = squeezed(reading.spaced);
  return vocabularyOf(context.where === 'log' ? context.plugin : undefined).flatMap(({ signature, plugin, order, words }): Match[] => {
    if (!mayMatch(words, text) || !belongs(signature, plugin, context)) return [];
    const match = find(signature.pattern, reading);
    return match === null ? [] : [{ signature, plugin, order, start: match.index, matched: match[0] }];
  });
}

/** Drops what counts in CNI errors only where the text is none, and notes whose words the rest are. */
function weigh(matches: readonly Match[], message: PeeledMessage, context: TextContext): Candidate[] {
  const named = namedPlugins(message, context);
  const ofCni = context.where !== 'event' || message.cni || context.plugin !== undefined || matches.some(({ plugin }) => plugin !== null);
  return matches
    .filter(({ signature }) => ofCni || !signature.onlyOfCni)
    .map((match) => {
      const isNamed = match.plugin !== null && named.has(match.plugin);
      return { ...match, named: isNamed, foreign: match.plugin !== null && !isNamed && named.size > 0 };
    });
}

const withSpoken = ({ id, speaks }: NetworkPlugin): readonly PluginId[] => [id, ...speaks];

/** The plugins that the caller or the message names, with those whose words they also speak. */
function namedPlugins(message: PeeledMessage, { plugin }: TextContext): ReadonlySet<PluginId> {
  const inMessage = message.plugins.flatMap((type) => pluginOfType(type) ?? []);
  const direct: readonly NetworkPlugin[] = plugin === undefined ? inMessage : [pluginById(plugin), ...inMessage];
  return new Set(direct.flatMap(withSpoken));
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

/** What nobody in particular says in so many words comes last. */
const common: ReadonlySet<Signature> = new Set(commonSignatures);

function byWeight(a: Candidate, b: Candidate): number {
  return (
    Number(b.signature.strength === 'strong') - Number(a.signature.strength === 'strong') ||
    Number(common.has(a.signature)) - Number(common.has(b.signature)) ||
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
