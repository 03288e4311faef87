import { kinds } from '../kinds.ts';
import type { Kind } from '../kinds.ts';
import type { ListQuery, ObjectRef } from '../reader.ts';

/** A version of a group under which a kind may be served. */
export interface ServedAs {
  readonly group: string;
  readonly version: string;
}

/** Where a kind may be served, best first. */
export function candidates(kind: Kind): readonly ServedAs[] {
  const { group, versions, alternatives = [] } = kinds[kind];
  return [{ group, versions }, ...alternatives].flatMap((one) => one.versions.map((version) => ({ group: one.group, version })));
}

function base({ group, version }: ServedAs): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

function collection(kind: Kind, at: ServedAs, namespace: string | undefined): string {
  const { plural, namespaced } = kinds[kind];
  return namespaced && namespace !== undefined
    ? `${base(at)}/namespaces/${encodeURIComponent(namespace)}/${plural}`
    : `${base(at)}/${plural}`;
}

/** The path of one object. A name that would change the path is encoded, so that it only ever names an object. */
export function objectPath(kind: Kind, at: ServedAs, { namespace, name }: ObjectRef): string {
  return `${collection(kind, at, namespace)}/${encoded(name)}`;
}

/** encodeURIComponent leaves `.` and `..` as they are, and URLs resolve them. */
function encoded(name: string): string {
  return /^\.{1,2}$/.test(name) ? name.replaceAll('.', '%252E') : encodeURIComponent(name);
}

/** The path of one page of a list. */
export function pagePath(
  kind: Kind,
  at: ServedAs,
  page: ListQuery & { readonly limit: number; readonly continue?: string | undefined },
): string {
  const query = new URLSearchParams({ limit: String(page.limit) });
  if (page.labelSelector !== undefined) query.set('labelSelector', page.labelSelector);
  if (page.fieldSelector !== undefined) query.set('fieldSelector', page.fieldSelector);
  if (page.continue !== undefined) query.set('continue', page.continue);
  return `${collection(kind, at, page.namespace)}?${query.toString()}`;
}

/** What a list is called in sentences: "pods in namespace shop", "nodes". */
export function describeList(kind: Kind, { namespace }: ListQuery): string {
  const { plural, namespaced } = kinds[kind];
  if (!namespaced) return plural;
  return namespace === undefined ? `${plural} in all namespaces` : `${plural} in namespace ${namespace}`;
}

/** What an object is called in sentences: "pod shop/web-1". */
export function describeObject(kind: Kind, { namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
