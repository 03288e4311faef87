/**
 * Words of which one must stand in any text that a pattern matches, in lower case and without white space; null where
 * the pattern requires none that is worth looking for. Thousands of log lines are held against hundreds of patterns,
 * and to look for a word costs a fraction of a match.
 */
export function requiredWords(pattern: RegExp): readonly string[] | null {
  return anyOf(new PatternReader(pattern.source));
}

/** The form of a text that required words are looked for in. */
export function squeezed(text: string): string {
  return text.replace(/[\s"`\\]+/g, '').toLowerCase();
}

/** Shorter words stand everywhere. */
const shortest = 4;

class PatternReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get next(): string {
    return this.#source.charAt(this.#at);
  }

  /** The text at this place that the expression describes; null, and no step, where it describes none. */
  take(expression: RegExp): string | null {
    const sticky = new RegExp(expression.source, 'y');
    sticky.lastIndex = this.#at;
    const taken = sticky.exec(this.#source)?.[0] ?? null;
    this.#at += taken?.length ?? 0;
    return taken;
  }
}

/** Alternatives up to the end of the group: each must bring a word, else none is required. */
function anyOf(reader: PatternReader): readonly string[] | null {
  const found = [best(reader)];
  while (reader.take(/\|/) !== null) found.push(best(reader));
  const words = found.flatMap((alternative) => alternative ?? []);
  return found.includes(null) ? null : words;
}

/** The longest of what a sequence requires: a run of plain characters, or the words of a group that may not be left out. */
function best(reader: PatternReader): readonly string[] | null {
  const required: (readonly string[])[] = [];
  let run = '';
  const endRun = (): void => {
    required.push([run.toLowerCase()]);
    run = '';
  };
  while (reader.next !== '' && reader.next !== '|' && reader.next !== ')') {
    const { char, words } = atom(reader);
    const optional = reader.take(/[*?]\??|\{0?,?\d*\}/) !== null;
    const repeated = reader.take(/\+\??|\{[^}]*\}/) !== null;
    if (char !== null && !optional) run += char.trim();
    if (words !== null && !optional) required.push(words);
    if (char === null || optional || repeated) endRun();
  }
  endRun();
  const length = (words: readonly string[]): number => Math.min(...words.map((word) => word.length));
  const longest = required.reduce((a, b) => (length(b) > length(a) ? b : a));
  return length(longest) >= shortest ? longest : null;
}

/** One character, group, class or wildcard. Look-arounds require nothing here. */
function atom(reader: PatternReader): { char: string | null; words: readonly string[] | null } {
  if (reader.take(/\((?:\?<?[!=])/) !== null) {
    anyOf(reader);
    reader.take(/\)/);
    return { char: null, words: null };
  }
  if (reader.take(/\((?:\?:|\?<\w+>)?/) !== null) {
    const words = anyOf(reader);
    reader.take(/\)/);
    return { char: null, words };
  }
  if (reader.take(/\[(?:\\.|[^\]\\])*\]|\\[a-zA-Z]|[.^$]/) !== null) return { char: null, words: null };
  return { char: (reader.take(/\\?./) ?? '').replace('\\', ''), words: null };
}
