import { objectKind } from '../../cluster/kinds.ts';
import type { AnyObject } from '../../cluster/kinds.ts';
import { typeOf } from '../../cluster/recognise.ts';
import type { ApiRequest } from './route.ts';
import { failure } from './status.ts';
import type { Answer } from './status.ts';
import { partial, tableOf } from './table.ts';

/** The forms in which the API server gives objects. */
type Form = 'plain' | 'table' | 'metadata';

/** The first form of an Accept header that we can give; anything but JSON is refused with 406. */
export function formOf(accept: string): Form {
  for (const range of accept.split(',').map((one) => one.trim())) {
    if (/^application\/json;.*as=Table/.test(range)) return 'table';
    if (/^application\/json;.*as=PartialObjectMetadata/.test(range)) return 'metadata';
    if (range === '' || /^(?:application\/json|application\/\*|\*\/\*)(?:;|$)/.test(range)) return 'plain';
  }
  throw failure({
    code: 406,
    reason: 'NotAcceptable',
    message: 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  });
}

interface Page {
  readonly items: readonly AnyObject[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A list in the form asked for. */
export function listOutput({ kind }: ApiRequest, form: Form, page: Page & { readonly include: string }): Answer {
  const { items, metadata, include } = page;
  if (form === 'table') return { status: 200, body: { ...tableOf(kind, items, include), metadata } };
  if (form === 'metadata') {
    return { status: 200, body: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(partial) } };
  }
  return { status: 200, body: { kind: `${objectKind(kind)}List`, apiVersion: typeOf(kind).apiVersion, metadata, items } };
}

/** One object in the form asked for. */
export function objectOutput({ kind }: ApiRequest, form: Form, found: { readonly object: AnyObject; readonly include: string }): Answer {
  if (form === 'table') return { status: 200, body: tableOf(kind, [found.object], found.include) };
  if (form === 'metadata') return { status: 200, body: partial(found.object) };
  return { status: 200, body: { kind: objectKind(kind), ...found.object } };
}
