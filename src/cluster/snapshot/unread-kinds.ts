import { kinds, objectKind } from '../kinds.ts';
import type { Kind } from '../kinds.ts';
import { kindOfPath } from './path-kind.ts';

/** Which kinds a snapshot may hold more objects of than could be read, because a file of it was broken or closed. */
export class UnreadKinds {
  readonly #files = new Map<Kind, string>();

  /** Notes a file of which all or some could not be read; `text` is what was seen of it, where anything was. */
  note(file: string, text?: string): void {
    for (const kind of kindsWithin(file, text)) this.noteKind(file, kind);
  }

  /** Notes a file with an object of the kind that could not be read. */
  noteKind(file: string, kind: Kind): void {
    if (!this.#files.has(kind)) this.#files.set(kind, file);
  }

  /** The first file that may hold more objects of the kind; undefined where every one was read. */
  fileOf(kind: Kind): string | undefined {
    return this.#files.get(kind);
  }
}

/** The kind that the path speaks of, else those that the text names; every kind where nothing tells. */
function kindsWithin(file: string, text: string | undefined): readonly Kind[] {
  const told = kindOfPath(file);
  if (told !== undefined) return [told];
  if (/secret/i.test(file)) return [];
  const all = Object.keys(kinds) as Kind[];
  if (text === undefined) return all;
  const named = new Set([...text.matchAll(/\bkind["']?\s*:\s*["']?([A-Z]\w*)/g)].map(([, name = '']) => name.replace(/List$/, '')));
  return all.filter((kind) => named.has(objectKind(kind)));
}
