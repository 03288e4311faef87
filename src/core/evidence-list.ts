import type { EvidenceItem } from './diagnosis.ts';
import type { Exhibit } from './evidence.ts';

/** The exhibits of one diagnosis, each under one id however often it is cited. */
export class EvidenceList {
  readonly #items = new Map<string, EvidenceItem>();

  /** The ids of the exhibits, in their order; new ones are numbered on: e1, e2, … */
  cite(exhibits: readonly Exhibit[]): readonly string[] {
    return [...new Set(exhibits.map((one) => this.#idOf(one)))];
  }

  get items(): readonly EvidenceItem[] {
    return [...this.#items.values()];
  }

  #idOf({ source, at, text }: Exhibit): string {
    const key = JSON.stringify([source.kind, source.namespace, source.name, source.container, source.field, at, text]);
    const known = this.#items.get(key);
    if (known !== undefined) return known.id;
    const item = { id: `e${this.#items.size + 1}`, source, at, text };
    this.#items.set(key, item);
    return item.id;
  }
}
