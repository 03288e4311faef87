import { every, type Match, not, some } from './match.ts';
import { type Labels, type Selector, testLabel } from './selector.ts';

type Test = (labels: Labels) => Match;

const token = /\s*(?:(&&|\|\||==|!=|!|\(|\)|\{|\}|,)|"([^"]*)"|'([^']*)'|([A-Za-z0-9_./-]+))/y;

interface Token {
  readonly kind: 'mark' | 'text' | 'word';
  readonly value: string;
}

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  token.lastIndex = 0;
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, mark, double, single, word] = match;
    const quoted = double ?? single;
    found.push(
      mark !== undefined
        ? { kind: 'mark', value: mark }
        : quoted !== undefined
          ? { kind: 'text', value: quoted }
          : { kind: 'word', value: word ?? '' },
    );
  }
  return found;
}

const secondWords: Readonly<Record<string, string>> = { not: 'in', starts: 'with', ends: 'with' };
const inOneWord: Readonly<Record<string, string>> = { notin: 'not in', startswith: 'starts with', endswith: 'ends with' };

/** Thrown inside this file only, to leave the parser from any depth. */
class NotUnderstood extends Error {}

/**
 * A Calico selector such as `app == 'web' && has(tier)`, by the grammar of Calico's documentation; an empty text selects
 * everything. Undefined where the text is not understood, which must then be taken for a doubt.
 */
export function calicoSelector(text: string): Selector | undefined {
  if (text.trim() === '') return { text: 'all()', matches: () => true };
  const list = tokens(text);
  if (list === undefined) return undefined;
  const parser = new Parser(list);
  try {
    const matches = parser.whole();
    return { text: text.trim(), matches };
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

/** Recursive descent; `||` binds weaker than `&&`, and `!` binds strongest. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  whole(): Test {
    const test = this.#alternatives();
    if (this.#at < this.#tokens.length) throw new NotUnderstood();
    return test;
  }

  #alternatives(): Test {
    const tests = [this.#conjunction()];
    while (this.#skip('||')) tests.push(this.#conjunction());
    return (labels) => some(tests, (test) => test(labels));
  }

  #conjunction(): Test {
    const tests = [this.#negation()];
    while (this.#skip('&&')) tests.push(this.#negation());
    return (labels) => every(tests, (test) => test(labels));
  }

  #negation(): Test {
    if (!this.#skip('!')) return this.#term();
    const test = this.#negation();
    return (labels) => not(test(labels));
  }

  #term(): Test {
    if (this.#skip('(')) {
      const test = this.#alternatives();
      this.#expect(')');
      return test;
    }
    const word = this.#take('word');
    if (this.#peek() === '(') return this.#call(word);
    return this.#comparison(word);
  }

  #call(name: string): Test {
    this.#expect('(');
    if (name === 'all') {
      this.#expect(')');
      return () => true;
    }
    if (name !== 'has') throw new NotUnderstood();
    const key = this.#take('word');
    this.#expect(')');
    return (labels) => testLabel(labels, key, (value) => value !== undefined);
  }

  /** A label that is absent equals nothing, so that `!=` and `not in` hold for it. */
  #comparison(key: string): Test {
    const operator = this.#operator();
    switch (operator) {
      case '==':
        return this.#textTest(key, (value, text) => value === text);
      case '!=':
        return negated(this.#textTest(key, (value, text) => value === text));
      case 'contains':
        return this.#textTest(key, (value, text) => value.includes(text));
      case 'in':
        return this.#setTest(key);
      case 'not in':
        return negated(this.#setTest(key));
      case 'starts with':
        return this.#textTest(key, (value, text) => value.startsWith(text));
      case 'ends with':
        return this.#textTest(key, (value, text) => value.endsWith(text));
      default:
        throw new NotUnderstood();
    }
  }

  /** The words of an operator may be written as one, `startswith`, as Calico's own tokenizer takes them. */
  #operator(): string {
    const word = this.#next().value;
    const second = secondWords[word];
    if (second === undefined) return inOneWord[word] ?? word;
    if (this.#take('word') !== second) throw new NotUnderstood();
    return `${word} ${second}`;
  }

  #textTest(key: string, accept: (value: string, text: string) => boolean): Test {
    const text = this.#take('text');
    return (labels) => testLabel(labels, key, (value) => value !== undefined && accept(value, text));
  }

  #setTest(key: string): Test {
    const values: string[] = [];
    this.#expect('{');
    while (!this.#skip('}')) {
      values.push(this.#take('text'));
      if (this.#peek() !== '}') this.#expect(',');
    }
    return (labels) => testLabel(labels, key, (value) => value !== undefined && values.includes(value));
  }

  #peek(): string | undefined {
    const next = this.#tokens[this.#at];
    return next?.kind === 'mark' ? next.value : undefined;
  }

  #next(): Token {
    const next = this.#tokens[this.#at];
    if (next === undefined) throw new NotUnderstood();
    this.#at += 1;
    return next;
  }

  #take(kind: Token['kind']): string {
    const next = this.#next();
    if (next.kind !== kind) throw new NotUnderstood();
    return next.value;
  }

  #skip(mark: string): boolean {
    if (this.#peek() !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#skip(mark)) throw new NotUnderstood();
  }
}

function negated(test: Test): Test {
  return (labels) => not(test(labels));
}
