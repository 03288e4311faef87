interface Item {
  readonly key: string;
  readonly json: Buffer;
  readonly fields: Readonly<Record<string, string>>;
}

/** Objects of one kind as JSON in memory, in the order of lists, found by a few keys. */
export class Shelf {
  readonly #kind: string;
  readonly #fields: readonly string[];
  /** Every item, with a comma behind each. */
  #whole = Buffer.alloc(0);
  #items: Item[] = [];
  readonly #found = new Map<string, number[]>();
  readonly #places = new Map<string, number>();

  constructor(kind: string, fields: readonly string[]) {
    this.#kind = kind;
    this.#fields = fields;
  }

  put(key: string, json: string, fields: Readonly<Record<string, string>>): void {
    this.#items.push({ key, json: Buffer.from(json), fields });
  }

  /** Brings what was put here into the order of lists; before anything is asked for. */
  sort(): void {
    this.#items.sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const [place, { key, fields }] of this.#items.entries()) {
      this.#places.set(key, place);
      for (const field of this.#fields) {
        const value = `${field}=${fields[field] ?? ''}`;
        const found = this.#found.get(value);
        if (found === undefined) this.#found.set(value, [place]);
        else found.push(place);
      }
    }
    this.#layOut();
  }

  /** One behind the other, so that a page of all of them need not be put together. */
  #layOut(): void {
    this.#whole = Buffer.allocUnsafeSlow(this.#items.reduce((sum, { json }) => sum + json.length + 1, 0));
    let at = 0;
    this.#items = this.#items.map(({ key, json, fields }) => {
      const start = at;
      at += json.copy(this.#whole, start);
      at += this.#whole.write(',', at);
      return { key, json: this.#whole.subarray(start, at - 1), fields };
    });
  }

  one(key: string): readonly Buffer[] {
    const item = this.#items[this.#places.get(key) ?? -1];
    return item === undefined ? [Buffer.from('{}')] : [item.json];
  }

  /** A page of those that have all the values, in pieces that need not be copied. */
  page(query: URLSearchParams, wanted: Readonly<Record<string, string>>): readonly Buffer[] {
    const places = this.#select(wanted);
    const start = Number(query.get('continue') ?? 0);
    const limit = Number(query.get('limit') ?? 0) || Infinity;
    const end = Math.min(places?.length ?? this.#items.length, start + limit);
    const total = places?.length ?? this.#items.length;
    const metadata = { resourceVersion: '1', ...(end < total ? { continue: String(end), remainingItemCount: total - end } : {}) };
    const head = Buffer.from(`{"kind":"${this.#kind}","apiVersion":"v1","metadata":${JSON.stringify(metadata)},"items":[`);
    return [head, ...this.#pieces(start, end, places), Buffer.from(']}')];
  }

  #pieces(start: number, end: number, places: readonly number[] | undefined): readonly Buffer[] {
    if (places !== undefined) {
      const items = places.slice(start, end).flatMap((place) => this.#items[place]?.json ?? []);
      return [Buffer.concat(items.flatMap((json, index) => (index === 0 ? [json] : [comma, json])))];
    }
    const [first, last] = [this.#items[start], this.#items[end - 1]];
    if (first === undefined || last === undefined) return [];
    const base = this.#whole.byteOffset;
    return [this.#whole.subarray(first.json.byteOffset - base, last.json.byteOffset + last.json.length - base)];
  }

  #select(wanted: Readonly<Record<string, string>>): readonly number[] | undefined {
    const lists = Object.entries(wanted).map(([field, value]) => this.#found.get(`${field}=${value}`) ?? []);
    const [first, ...others] = lists;
    // The shorter list is gone through, and the longer one only asked.
    return others.reduce((left: readonly number[] | undefined, right) => {
      const [few, many] = (left?.length ?? 0) < right.length ? [left ?? [], new Set(right)] : [right, new Set(left)];
      return few.filter((place) => many.has(place));
    }, first);
  }
}

const comma = Buffer.from(',');
