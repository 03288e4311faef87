/** Finds which of many words stand in a text, in one pass over it (Aho and Corasick, "Efficient string matching", 1975). */
export interface WordFinder {
  /** The places, in the list that the finder was made of, of the words that stand in the text; each once. */
  find(text: string): readonly number[];
  /** In which pieces of a text a word ends; it may begin in a piece before. */
  endsIn(pieces: readonly string[]): readonly boolean[];
}

/** A state is a beginning of words; from each the next character leads to the longest beginning that the text ends in. */
interface Automaton {
  readonly width: number;
  /** The column of each character code; 0 for characters of no word. */
  readonly columns: Uint8Array;
  readonly next: Int32Array;
  /** Words that end in a state. */
  readonly ends: readonly (readonly number[])[];
}

/** A finder of words, which are not empty and are written in ASCII. */
export function wordFinder(words: readonly string[]): WordFinder {
  const { width, columns, next, ends } = automaton(words);
  const step = (state: number, code: number): number => next[state * width + (code < 128 ? (columns[code] ?? 0) : 0)] ?? 0;
  return {
    find(text) {
      const found = new Set<number>();
      let state = 0;
      for (let at = 0; at < text.length; at += 1) {
        state = step(state, text.charCodeAt(at));
        const ending = ends[state];
        if (ending !== undefined && ending.length > 0) for (const word of ending) found.add(word);
      }
      return [...found];
    },
    endsIn(pieces) {
      let state = 0;
      return pieces.map((piece) => {
        let isFound = false;
        for (let at = 0; at < piece.length; at += 1) {
          state = step(state, piece.charCodeAt(at));
          isFound ||= (ends[state]?.length ?? 0) > 0;
        }
        return isFound;
      });
    },
  };
}

function automaton(words: readonly string[]): Automaton {
  const columns = new Uint8Array(128);
  const characters = [...new Set(words.join(''))].filter((character) => character.charCodeAt(0) < 128);
  for (const [index, character] of characters.entries()) columns[character.charCodeAt(0)] = index + 1;
  const width = characters.length + 1;
  const next = new Int32Array((words.reduce((sum, { length }) => sum + length, 0) + 1) * width);
  const ends: number[][] = [[]];
  for (const [index, word] of words.entries()) ends[addWord(word, { columns, next, ends, width })]?.push(index);
  linkFailures(next, ends, width);
  return { width, columns, next, ends };
}

/** Walks the word from the start, making the states that are not there yet; gives the state of its end. */
function addWord(
  word: string,
  { columns, next, ends, width }: { columns: Uint8Array; next: Int32Array; ends: number[][]; width: number },
): number {
  let state = 0;
  for (let at = 0; at < word.length; at += 1) {
    const place = state * width + (columns[word.charCodeAt(at)] ?? 0);
    if (next[place] === 0) {
      next[place] = ends.length;
      ends.push([]);
    }
    state = next[place] ?? 0;
  }
  return state;
}

/** Lets every state go on where the longest other beginning that it ends in would, the shorter beginnings first. */
function linkFailures(next: Int32Array, ends: number[][], width: number): void {
  const failure = new Int32Array(ends.length);
  const waiting = [0];
  for (const state of waiting) {
    for (let column = 0; column < width; column += 1) {
      const place = state * width + column;
      const child = next[place] ?? 0;
      const fallback = state === 0 ? 0 : (next[(failure[state] ?? 0) * width + column] ?? 0);
      if (child === 0) {
        next[place] = fallback;
        continue;
      }
      failure[child] = fallback;
      ends[child]?.push(...(ends[fallback] ?? []));
      waiting.push(child);
    }
  }
}
