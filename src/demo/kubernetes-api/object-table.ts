import { kinds } from '../../cluster/kinds.ts';
import type { AnyObject, Kind } from '../../cluster/kinds.ts';
import { groupOf, recogniseKind } from '../../cluster/recognise.ts';
import { inListOrder } from '../../cluster/selectors/select.ts';

/** Groups that every API server serves, objects or not; the others come with their plugin. */
export function isBuiltIn(kind: Kind): boolean {
  const { group } = kinds[kind];
  return group === '' || /^(?:apps|batch|(?:discovery|coordination|storage|networking)\.k8s\.io)$/.test(group);
}

/** The objects behind the API, by kind, in the order of lists. */
export class ObjectTable {
  #byKind = new Map<Kind, AnyObject[]>();
  /** The same objects by kind and namespace, and each by its name in there. */
  #byPlace = new Map<string, Map<string, AnyObject>>();
  /** Changes whenever the objects do. */
  resourceVersion = 1;

  /** Replaces everything. Objects of kinds that we do not know are left out. */
  replace(objects: Iterable<AnyObject>): void {
    const byKind = new Map<Kind, AnyObject[]>();
    for (const object of objects) {
      const kind = recogniseKind(object.apiVersion ?? 'v1', object.kind ?? '');
      if (kind === undefined) continue;
      const list = byKind.get(kind) ?? [];
      byKind.set(kind, list);
      list.push(placed(kind, object));
    }
    this.#byPlace = new Map();
    for (const [kind, list] of byKind) {
      list.sort(inListOrder);
      for (const object of list) this.#put(kind, object);
    }
    this.#byKind = byKind;
    this.resourceVersion += 1;
  }

  /** Those of one namespace, or all. */
  objects(kind: Kind, namespace?: string): readonly AnyObject[] {
    if (namespace === undefined) return this.#byKind.get(kind) ?? [];
    return [...(this.#byPlace.get(placeOf(kind, namespace))?.values() ?? [])];
  }

  find(kind: Kind, namespace: string | undefined, name: string): AnyObject | undefined {
    return this.#byPlace.get(placeOf(kind, namespace))?.get(name);
  }

  #put(kind: Kind, object: AnyObject): void {
    const place = placeOf(kind, object.metadata?.namespace);
    const objects = this.#byPlace.get(place) ?? new Map<string, AnyObject>();
    const name = object.metadata?.name ?? '';
    if (!objects.has(name)) objects.set(name, object);
    this.#byPlace.set(place, objects);
  }

  /** Whether any object belongs to the kind's group: a plugin's definitions are installed together. */
  hasGroup(kind: Kind): boolean {
    const { group } = kinds[kind];
    return [...this.#byKind.keys()].some((one) => kinds[one].group === group);
  }
}

/** The object under the one group and version that it is served as, in its namespace. */
function placed(kind: Kind, object: AnyObject): AnyObject {
  const { group, versions, namespaced } = kinds[kind];
  const isServed = groupOf(object.apiVersion ?? 'v1') === group;
  const apiVersion =
    isServed && object.apiVersion !== undefined ? object.apiVersion : [group, versions[0]].filter((part) => part !== '').join('/');
  const namespace = namespaced ? (object.metadata?.namespace ?? 'default') : undefined;
  return { ...object, apiVersion, metadata: { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) } };
}

const placeOf = (kind: Kind, namespace: string | undefined): string => `${kind} in ${namespace ?? ''}`;
