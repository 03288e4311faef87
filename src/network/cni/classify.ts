import { textMemory } from '../../core/text-memory.ts';
import type { CauseAndDetail } from './details.ts';
import { peel, type PeeledMessage } from './message.ts';
import type { NetworkPlugin, PluginId } from './plugin.ts';
import { read, withoutCleanUp, type Reading } from './reading.ts';
import { pluginById, pluginOfType } from './registry.ts';
import type { Alternative, Needs, Signature, Where } from './signature.ts';
import { entriesFor, falseFriendIn, find, withSpoken, type Entry } from './vocabulary.ts';

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

/**
 * The cause that a text names; undefined where it names none or is known to be harmless.
 *
 * Strong words before weak ones; words of the plugin that the message or the caller names, and of nobody in particular,
 * before those of other plugins; among these the innermost. Never throws; the same text always gives the same answer,
 * however often it was quoted or wrapped.
 */
export function classify(text: string, context: TextContext): Classification | undefined {
  const whole = read(text);
  const key = JSON.stringify([whole.spaced, whole.joined, context.where, context.plugin, context.container]);
  return remembered(key, () => classified(whole, context));
}

/** In a storm every pod's events say the same but for their ids, which a reading leaves out. */
const remembered = textMemory<Classification | undefined>(1_000);

function classified(whole: Reading, context: TextContext): Classification | undefined {
  const reading = setUpOnly(whole);
  const matches = matchesIn(reading, context);
  if (matches.length === 0 || falseFriendIn(reading) !== undefined) return undefined;
  const message = peel(whole);
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
  return falseFriendIn(read(text))?.why;
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

const setUpOnly = ({ spaced, joined }: Reading): Reading => ({
  spaced: withoutCleanUp(spaced),
  joined: joined === null ? null : withoutCleanUp(joined),
});

interface Match extends Entry {
  readonly start: number;
  readonly matched: string;
}

interface Candidate extends Match {
  readonly named: boolean;
  /** Words of one plugin while the message or the caller names others. */
  readonly foreign: boolean;
}

function matchesIn(reading: Reading, context: TextContext): Match[] {
  const entries = entriesFor(reading, context.where === 'log' ? context.plugin : undefined);
  return entries.flatMap((entry): Match[] => {
    const match = belongs(entry, context) ? find(entry.signature.pattern, reading) : null;
    return match === null ? [] : [{ ...entry, start: match.index, matched: match[0] }];
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
function belongs({ signature, plugin }: Entry, { where, container }: TextContext): boolean {
  if (where === 'probe' || plugin === null) return signature.where.includes(where);
  if (signature.where.every((place) => place === 'object') && where !== 'object') return false;
  if (signature.strength === 'strong') return true;
  const otherContainer = container !== undefined && signature.containers.length > 0 && !signature.containers.includes(container);
  return signature.where.includes(where) && !otherContainer;
}

function byWeight(a: Candidate, b: Candidate): number {
  return (
    Number(b.signature.strength === 'strong') - Number(a.signature.strength === 'strong') ||
    Number(a.common) - Number(b.common) ||
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
