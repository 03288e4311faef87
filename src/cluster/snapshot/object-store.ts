import type { AnyObject, Kind } from '../kinds.ts';
import { kinds } from '../kinds.ts';
import { groupOf } from '../recognise.ts';
import { inListOrder } from '../selectors/select.ts';

/** The objects of a snapshot by kind. An object that was found several times is kept once, in its newest version. */
export class ObjectStore {
  readonly #byKind = new Map<Kind, Map<string, AnyObject>>();
  /** By kind, namespace and name: the key under which the object is kept. */
  readonly #keys = new Map<string, string>();
  #nameless = 0;

  add(kind: Kind, object: AnyObject): void {
    const { uid, name } = object.metadata ?? {};
    if (name === undefined && uid === undefined && kind !== 'Event') return;
    const place = `${kind}/${namespaceOf(kind, object)}/${comparableName(kind, object)}`;
    const keptAs = name === undefined ? undefined : this.#keys.get(place);
    const kept = keptAs === undefined ? undefined : this.#objectsOf(kind).get(keptAs);
    if (keptAs !== undefined && kept !== undefined && areOne(kept, object)) {
      this.#objectsOf(kind).set(keptAs, better(kind, kept, object));
      return;
    }
    const key = uid ?? (name === undefined ? `nameless ${(this.#nameless += 1)}` : place);
    const twin = this.#objectsOf(kind).get(key);
    this.#objectsOf(kind).set(key, twin === undefined ? object : better(kind, twin, object));
    this.#keys.set(place, key);
  }

  /** All objects of a kind in the server's order; undefined when there is none. */
  objects(kind: Kind): readonly AnyObject[] | undefined {
    const objects = this.#byKind.get(kind);
    return objects === undefined ? undefined : [...objects.values()].toSorted(inListOrder);
  }

  #objectsOf(kind: Kind): Map<string, AnyObject> {
    const objects = this.#byKind.get(kind) ?? new Map<string, AnyObject>();
    this.#byKind.set(kind, objects);
    return objects;
  }
}

function namespaceOf(kind: Kind, object: AnyObject): string {
  return kinds[kind].namespaced ? (object.metadata?.namespace ?? 'default') : '';
}

/** Calico's v3 API may leave out the tier that its stored objects carry in their name (`default.allow-dns`). */
function comparableName(kind: Kind, object: AnyObject): string {
  const name = object.metadata?.name ?? '';
  return kind.startsWith('Calico') && kind.endsWith('NetworkPolicy') ? name.replace(/^default\./, '') : name;
}

/**
 * Whether two objects of the same kind, namespace and name are the same one: their uids say so, or one has none, or
 * they come from two groups that serve the same objects (Calico's API server changes the uid).
 */
function areOne(a: AnyObject, b: AnyObject): boolean {
  const [first, second] = [a.metadata?.uid, b.metadata?.uid];
  return first === undefined || second === undefined || first === second || groupOf(a.apiVersion ?? '') !== groupOf(b.apiVersion ?? '');
}

function better(kind: Kind, kept: AnyObject, found: AnyObject): AnyObject {
  const [keptGroup, foundGroup] = [groupOf(kept.apiVersion ?? ''), groupOf(found.apiVersion ?? '')];
  if (keptGroup !== foundGroup) return foundGroup === kinds[kind].group ? found : kept;
  if ((kept.metadata?.uid === undefined) !== (found.metadata?.uid === undefined)) return kept.metadata?.uid === undefined ? found : kept;
  return version(found) > version(kept) ? found : kept;
}

function version(object: AnyObject): number {
  return Number(object.metadata?.resourceVersion ?? 0) || 0;
}
