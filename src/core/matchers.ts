import { regularExpression } from './regular-expression.ts';

type Operator = '=' | '!=' | '=~' | '!~';

/** One condition on a label, in Alertmanager's sense: a label that is absent counts as empty. */
export interface Matcher {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
  readonly accepts: (value: string) => boolean;
}

/** A text that is no list of matchers; the message says where and shows the right form. */
export class MatcherSyntaxError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MatcherSyntaxError';
  }
}

/**
 * Reads `severity="critical", namespace=~"shop.*"`, with or without braces around it, as Alertmanager reads matchers:
 * names and values may be quoted, values may be bare, regular expressions must match the whole value.
 * In quotes `\\`, `\"` and `\n` are escapes; any other backslash stands for itself (Alertmanager's classic parser).
 * Throws MatcherSyntaxError.
 */
export function parseMatchers(text: string): readonly Matcher[] {
  const scanner = new Scanner(text);
  const braced = scanner.take('{');
  const matchers: Matcher[] = [];
  while (!scanner.atEnd() && !scanner.at('}')) {
    matchers.push(readMatcher(scanner));
    if (!scanner.take(',')) break;
  }
  if (braced && !scanner.take('}')) throw scanner.error('expected "," or the closing "}"');
  if (!scanner.atEnd()) throw scanner.error('expected "," between matchers');
  if (matchers.length === 0 && !braced) throw scanner.error('expected a matcher');
  return matchers;
}

/** Whether the labels satisfy every matcher; an empty list matches everything. */
export function matchesAll(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ name, accepts }) => accepts(Object.hasOwn(labels, name) ? (labels[name] ?? '') : ''));
}

function readMatcher(scanner: Scanner): Matcher {
  const name = scanner.word('a label name');
  const operator = scanner.operator();
  const value = scanner.word('a value');
  if (name === '') throw scanner.error('a label name must not be empty');
  return { name, operator, value, accepts: acceptance(operator, value) };
}

function acceptance(operator: Operator, wanted: string): (value: string) => boolean {
  switch (operator) {
    case '=':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '=~':
    case '!~': {
      const expression = wholeValue(wanted);
      const positive = operator === '=~';
      return (value) => expression.test(value) === positive;
    }
  }
}

function wholeValue(pattern: string): RegExp {
  try {
    return regularExpression(pattern);
  } catch (cause) {
    throw new MatcherSyntaxError(`"${pattern}" is not a regular expression: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

const bareCharacter = /[^\s{}!=~,\\"'`]/;
const operators: readonly Operator[] = ['=~', '!~', '!=', '='];

class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skipSpace();
  }

  atEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  at(character: string): boolean {
    return this.#text[this.#position] === character;
  }

  take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#position)) return false;
    this.#position += token.length;
    this.#skipSpace();
    return true;
  }

  operator(): Operator {
    const found = operators.find((operator) => this.take(operator));
    if (found === undefined) throw this.error('expected one of =, !=, =~, !~');
    return found;
  }

  word(what: string): string {
    const value = this.at('"') ? this.#quoted() : this.#bare();
    if (value === undefined) throw this.error(`expected ${what}`);
    this.#skipSpace();
    return value;
  }

  error(problem: string): MatcherSyntaxError {
    const where = this.atEnd() ? 'at the end' : `at "${this.#text.slice(this.#position, this.#position + 20)}"`;
    return new MatcherSyntaxError(`${problem} ${where}`);
  }

  #bare(): string | undefined {
    const start = this.#position;
    while (!this.atEnd() && bareCharacter.test(this.#text.charAt(this.#position))) this.#position += 1;
    return this.#position === start ? undefined : this.#text.slice(start, this.#position);
  }

  #quoted(): string {
    let value = '';
    for (let index = this.#position + 1; index < this.#text.length; index += 1) {
      const character = this.#text.charAt(index);
      if (character === '"') {
        this.#position = index + 1;
        return value;
      }
      if (character !== '\\') {
        value += character;
        continue;
      }
      index += 1;
      value += unescaped(this.#text.charAt(index));
    }
    throw this.error('the closing quote is missing');
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text.charAt(this.#position))) this.#position += 1;
  }
}

function unescaped(character: string): string {
  if (character === 'n') return '\n';
  return character === '"' || character === '\\' ? character : `\\${character}`;
}
