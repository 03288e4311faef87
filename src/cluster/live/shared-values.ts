const none: readonly never[] = Object.freeze([]);

/**
 * Lets plain objects of one list share what they have in common: of 150,000 pods each has its node's name, its owner and its times
 * as values of their own, which take more room than all the rest. The objects are changed in place and must be the caller's own.
 */
export function valueSharer(): (object: object) => void {
  const texts = new Map<string, Known<string>>();
  const objects = new Map<string, Known<object>>();
  return (object) => {
    const fields = object as Record<string, unknown>;
    for (const field in fields) {
      const value = fields[field];
      if (typeof value === 'string') fields[field] = knownOf(texts, field).first(value, value);
      else if (Array.isArray(value)) fields[field] = value.length === 0 ? none : value;
      else if (typeof value === 'object' && value !== null) fields[field] = knownOf(objects, field).first(JSON.stringify(value), value);
    }
  };
}

function knownOf<T>(byField: Map<string, Known<T>>, field: string): Known<T> {
  let known = byField.get(field);
  if (known === undefined) byField.set(field, (known = new Known<T>()));
  return known;
}

/** More different values than these are names and uids, of which each is found once. */
const mostKnown = 20_000;
/** Values of which fewer are found again than one in so many are not worth the search. */
const worthOneIn = 10;

/** What one field has held: texts, or objects by their JSON. */
class Known<T> {
  readonly #values = new Map<string, T>();
  #lastKey: string | null = null;
  #lastValue: T | null = null;
  #searched = 0;
  #found = 0;
  #isGivenUp = false;

  /** The first of the equal values, as long as it can be found: lists are sorted, so that pods of one owner follow each other. */
  first(key: string, value: T): T {
    if (this.#lastKey === key && this.#lastValue !== null) return this.#lastValue;
    const shared = this.#isGivenUp ? value : this.#search(key, value);
    this.#lastKey = key;
    this.#lastValue = shared;
    return shared;
  }

  #search(key: string, value: T): T {
    const before = this.#values.get(key);
    this.#searched += 1;
    if (before !== undefined) {
      this.#found += 1;
      return before;
    }
    if (this.#values.size < mostKnown) this.#values.set(key, value);
    else if (this.#found * worthOneIn < this.#searched) this.#giveUp();
    return value;
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    this.#values.clear();
  }
}
