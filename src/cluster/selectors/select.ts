import type { AnyObject, Kind } from '../kinds.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Whether an object is in a selection. Throws a SelectorError where the API server would answer 400. */
export function selector(kind: Kind, selection: Selection): (object: AnyObject) => boolean {
  const { namespace, labelSelector = '', fieldSelector = '' } = selection;
  const labelsHold = parseLabelSelector(labelSelector);
  const fieldsHold = parseFieldSelector(kind, fieldSelector);
  return (object) =>
    (namespace === undefined || object.metadata?.namespace === namespace) &&
    labelsHold(object.metadata?.labels ?? {}) &&
    fieldsHold(object);
}

/** Where an object stands in the server's order: lists come in the order of the keys in etcd, namespace before name. */
export function listKey(object: AnyObject): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

/** Compares two objects by their place in the server's lists. */
export function inListOrder(a: AnyObject, b: AnyObject): number {
  const [left, right] = [listKey(a), listKey(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
