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
    for (const list of byKind.values()) list.sort(inListOrder);
    this.#byKind = byKind;
    this.resourceVersion += 1;
  }

  objects(kind: Kind): readonly AnyObject[] {
    return this.#byKind.get(kind) ?? [];
  }

  find(kind: Kind, namespace: string | undefined, name: string): AnyObject | undefined {
    return this.objects(kind).find(
      ({ metadata }) => metadata?.name === name && (namespace === undefined || metadata.namespace === namespace),
    );
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
