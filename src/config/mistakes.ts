/** The configuration cannot be used: one line for each mistake, secrets not among the words. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

/** What is wrong with one value; thrown by the parser of that value, which does not know the value's name. */
export class WrongValue extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = 'WrongValue';
  }
}

/** Gathers every mistake, so that all of them are told at once. */
export class Mistakes {
  readonly #lines: string[] = [];

  /** `where` is a variable's name or a path in the file; `example` a right one, as it would be written. */
  add(where: string, problem: string, example?: string): void {
    this.#lines.push(oneLine(`${where}: ${problem}${example === undefined ? '' : `; example: ${example}`}`));
  }

  /** Throws a ConfigError when there is any mistake. */
  throwIfAny(): void {
    if (this.#lines.length > 0) throw new ConfigError(this.#lines);
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
