import { readFileSync } from 'node:fs';
import { type Mistakes, WrongValue } from './mistakes.ts';
import { Secret } from './secret.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** How one variable is read: `parse` throws WrongValue. */
export interface Reading<T> {
  readonly parse: (text: string) => T;
  /** A right value, shown with every mistake. */
  readonly example: string;
}

/** Reads variables one by one, and notes each mistake instead of stopping at the first. An empty variable counts as unset. */
export class Environment {
  readonly #variables: Variables;
  readonly #mistakes: Mistakes;

  constructor(variables: Variables, mistakes: Mistakes) {
    this.#variables = variables;
    this.#mistakes = mistakes;
  }

  /** The parsed value; `fallback` where it is unset, or wrong (which is noted). */
  read<T, F>(name: string, reading: Reading<T>, fallback: F): T | F {
    const text = this.text(name);
    return text === undefined ? fallback : this.#parsed(name, { text, shown: `"${withoutCredentials(text)}" ` }, reading, fallback);
  }

  /** Like `read`, for what must not be printed; also taken from the file that NAME_FILE names. */
  readSecret<T, F>(name: string, reading: Reading<T>, fallback: F): T | F {
    const text = this.#secretText(name);
    return text === undefined ? fallback : this.#parsed(name, { text, shown: '' }, reading, fallback);
  }

  /** A secret without a form of its own; null where it is unset. */
  secret(name: string): Secret | null {
    const text = this.#secretText(name);
    return text === undefined ? null : new Secret(text);
  }

  /** The text without the space around it; undefined where it is unset or blank. */
  text(name: string): string | undefined {
    const text = this.#variables[name]?.trim();
    return text === '' ? undefined : text;
  }

  /** Notes a mistake for every variable that starts so and is none of `known`. */
  expectOnly(prefix: string, known: readonly string[]): void {
    for (const name of Object.keys(this.#variables)) {
      if (!name.startsWith(prefix) || this.text(name) === undefined || known.includes(name)) continue;
      this.#mistakes.add(name, `no such setting; there are ${known.join(', ')}`);
    }
  }

  // oxlint-disable-next-line max-params -- the four belong to one call site and have nothing in common
  #parsed<T, F>(name: string, value: { text: string; shown: string }, reading: Reading<T>, fallback: F): T | F {
    try {
      return reading.parse(value.text);
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      this.#mistakes.add(name, `${value.shown}${error.message}`, `${name}=${reading.example}`);
      return fallback;
    }
  }

  #secretText(name: string): string | undefined {
    const direct = this.text(name);
    const path = this.text(`${name}_FILE`);
    if (path === undefined) return direct;
    if (direct !== undefined) {
      this.#mistakes.add(name, `${name} and ${name}_FILE are both set: keep one of them`);
      return direct;
    }
    return this.#fileText(`${name}_FILE`, path);
  }

  #fileText(name: string, path: string): string | undefined {
    const text = this.readFile(name, path)?.trim();
    if (text === '') this.#mistakes.add(name, `the file "${path}" is empty`);
    return text === '' ? undefined : text;
  }

  /** The text of the file that a variable names; undefined, and a mistake noted, where it cannot be read. */
  readFile(name: string, path: string): string | undefined {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      this.#mistakes.add(
        name,
        `cannot read "${path}" (${fileProblems[code] ?? code})`,
        `${name}=/run/secrets/${name.toLowerCase().replace(/_file$/, '')}`,
      );
      return undefined;
    }
  }
}

function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]*@/g, '//…@');
}

const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
};
