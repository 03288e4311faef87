import { commonSignatures, genericFalseFriends, genericSignatures } from './generic.ts';
import type { NetworkPlugin, PluginId } from './plugin.ts';
import { bare, loosened, type Reading } from './reading.ts';
import { pluginById, plugins } from './registry.ts';
import { requiredWords, squeezed } from './required-words.ts';
import type { FalseFriend, Signature } from './signature.ts';
import { wordFinder, type WordFinder } from './word-finder.ts';

/** A signature, and whose it is. */
export interface Entry {
  readonly signature: Signature;
  /** Null for words of Kubernetes, a runtime, a cloud, or nobody in particular. */
  readonly plugin: PluginId | null;
  /** Its place in the list; decides where nothing else does. */
  readonly order: number;
  /** Looked for only where nobody's own words were found. */
  readonly common: boolean;
  readonly words: readonly string[] | null;
}

type Words = Pick<Entry, 'words'>;

const mayMatch = ({ words }: Words, short: string): boolean => words === null || words.some((word) => short.includes(word));

const entry = (signature: Signature, plugin: PluginId | null): Omit<Entry, 'order'> => ({
  signature,
  plugin,
  common: false,
  words: requiredWords(signature.pattern),
});

const vocabulary: readonly Entry[] = [
  ...plugins.flatMap((plugin) => plugin.signatures.map((signature) => entry(signature, plugin.id))),
  ...genericSignatures.map((signature) => entry(signature, null)),
  ...commonSignatures.map((signature) => ({ ...entry(signature, null), common: true })),
].map((one, order) => ({ ...one, order }));

const falseFriends = [...plugins.flatMap((plugin) => plugin.falseFriends), ...genericFalseFriends].map((friend) => ({
  friend,
  words: requiredWords(friend.pattern),
}));

/** Entries, and a finder of their words. */
interface Vocabulary {
  readonly finder: WordFinder;
  /** Places in `entries` of those that a word belongs to, by the word's place in the finder. */
  readonly byWord: readonly (readonly number[])[];
  readonly entries: readonly Entry[];
  /** Places of entries that require no word. */
  readonly always: readonly number[];
}

const vocabularies = new Map<PluginId | undefined, Vocabulary>();

/** In the log of a known plugin, only its own words and those of nobody in particular. */
function vocabularyOf(id: PluginId | undefined): Vocabulary {
  const known = vocabularies.get(id);
  if (known !== undefined) return known;
  const own = id === undefined ? undefined : withSpoken(pluginById(id));
  const made = vocabularyWith(vocabulary.filter(({ plugin }) => plugin === null || own === undefined || own.includes(plugin)));
  vocabularies.set(id, made);
  return made;
}

function vocabularyWith(entries: readonly Entry[]): Vocabulary {
  const places = [...entries.entries()];
  const byWord = Map.groupBy(
    places.flatMap(([place, { words }]) => (words ?? []).map((word) => ({ word, place }))),
    ({ word }) => word,
  );
  return {
    finder: wordFinder([...byWord.keys()]),
    byWord: [...byWord.values()].map((same) => same.map(({ place }) => place)),
    entries,
    always: places.filter(([, { words }]) => words === null).map(([place]) => place),
  };
}

/** The plugin and those whose words it also speaks. */
export const withSpoken = ({ id, speaks }: NetworkPlugin): readonly PluginId[] => [id, ...speaks];

/** Which lines of a log may say anything of a plugin; words may be broken over lines. A quick no saves reading most of a log. */
export function namedIn(lines: readonly string[], plugin?: PluginId): readonly boolean[] {
  const { finder, always } = vocabularyOf(plugin);
  return always.length > 0 ? lines.map(() => true) : finder.endsIn(lines.map(squeezed));
}

/** The entries of which a word stands in the text: few of hundreds. */
export function entriesFor({ spaced }: Reading, plugin?: PluginId): readonly Entry[] {
  const { finder, byWord, entries, always } = vocabularyOf(plugin);
  const found = finder.find(squeezed(spaced)).flatMap((word) => byWord[word] ?? []);
  return [...new Set([...found, ...always])].sort((a, b) => a - b).flatMap((place) => entries[place] ?? []);
}

/** The first false friend that the text is; undefined where it is none. */
export function falseFriendIn(reading: Reading): FalseFriend | undefined {
  const short = squeezed(reading.spaced);
  return falseFriends.find((one) => mayMatch(one, short) && find(one.friend.pattern, reading) !== null)?.friend;
}

const loosenedPatterns = new WeakMap<RegExp, RegExp>();

/** In a broken text everything is looked for in the joined reading, where also the words that were broken are whole. */
export function find(pattern: RegExp, { spaced, joined }: Reading): RegExpExecArray | null {
  if (joined === null) return pattern.exec(bare(spaced));
  const loose = loosenedPatterns.get(pattern) ?? loosened(pattern);
  loosenedPatterns.set(pattern, loose);
  return loose.exec(bare(joined));
}
