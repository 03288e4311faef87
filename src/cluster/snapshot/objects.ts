import { kinds } from '../kinds.ts';
import type { AnyObject, Kind } from '../kinds.ts';
import { recogniseKind, typeOf } from '../recognise.ts';
import { dropNulls } from './drop-nulls.ts';
import { kindOfPath } from './path-kind.ts';

export interface FoundObject {
  /** Undefined for objects of kinds that are not read; their times still count. */
  readonly kind: Kind | undefined;
  readonly object: AnyObject;
}

export interface FoundObjects {
  readonly objects: readonly FoundObject[];
  /** Kinds of which a typed list was there, be it empty: these were captured. */
  readonly listed: readonly Kind[];
}

interface Type {
  readonly apiVersion: string;
  readonly kind: string;
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

/**
 * The Kubernetes objects in a document: a single one, any list (whose items may lack kind and apiVersion) or a bare
 * array. Objects without a kind get it from the path. Secrets are left out here and kept nowhere.
 */
export function objectsIn(document: unknown, path: string): FoundObjects {
  const pathKind = kindOfPath(path);
  const objects: FoundObject[] = [];
  const listed: Kind[] = [];
  const visit = (value: unknown, assumed: Type | undefined, depth: number): void => {
    if (Array.isArray(value)) {
      for (const item of value) if (record(item) !== undefined) visit(item, assumed, depth);
      return;
    }
    const object = record(value);
    if (object === undefined || depth > 3) return;
    const list = listType(object);
    if (list === undefined) {
      const found = single(object, assumed);
      if (found !== undefined) objects.push(found);
      return;
    }
    const kind = list.kind === '' ? undefined : recogniseKind(list.apiVersion, list.kind);
    if (kind !== undefined) listed.push(kind);
    visit(object['items'] ?? [], list.kind === '' ? assumed : list, depth + 1);
  };
  visit(document, pathKind === undefined ? undefined : typeOf(pathKind), 0);
  return { objects, listed };
}

/**
 * Whether a document is a list as `kubectl cluster-info dump` wrote it before 1.14: the API server's internal types,
 * whose fields begin with capitals and which name no kind.
 */
export function isInternalList(document: unknown): boolean {
  const { kind, Items: items } = record(document) ?? {};
  return kind === undefined && Array.isArray(items);
}

/** The type of a list's items: '' where the list does not say it (`kind: List`); undefined for what is no list. */
function listType(object: Record<string, unknown>): Type | undefined {
  const { kind, apiVersion, items } = object;
  if (!Array.isArray(items) && !(items === null && typeof kind === 'string')) return undefined;
  if (kind === undefined) return { apiVersion: '', kind: '' };
  if (typeof kind !== 'string' || !kind.endsWith('List')) return undefined;
  return { apiVersion: typeof apiVersion === 'string' ? apiVersion : 'v1', kind: kind.slice(0, -'List'.length) };
}

function single(object: Record<string, unknown>, assumed: Type | undefined): FoundObject | undefined {
  const type = ownType(object) ?? assumed;
  const metadata = record(object['metadata']);
  if (type === undefined || metadata === undefined || type.kind === 'Secret' || type.kind === 'SecretList') return undefined;
  dropNulls(object);
  return { kind: recogniseKind(type.apiVersion, type.kind), object: { ...object, ...type } };
}

function ownType({ kind, apiVersion }: Record<string, unknown>): Type | undefined {
  if (typeof kind !== 'string') return undefined;
  if (typeof apiVersion === 'string') return { kind, apiVersion };
  return { kind, apiVersion: Object.hasOwn(kinds, kind) ? typeOf(kind as Kind).apiVersion : 'v1' };
}
