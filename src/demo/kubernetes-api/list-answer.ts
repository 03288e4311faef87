import type { AnyObject } from '../../cluster/kinds.ts';
import { listKey, selector } from '../../cluster/selectors/select.ts';
import { SelectorError } from '../../cluster/selectors/selector-error.ts';
import type { ContinueTokens } from './continue-tokens.ts';
import type { ObjectTable } from './object-table.ts';
import { isBuiltIn } from './object-table.ts';
import { formOf, listOutput } from './output.ts';
import type { ApiRequest } from './route.ts';
import { badRequest } from './status.ts';
import type { Answer } from './status.ts';

export interface ReadRequest {
  readonly request: ApiRequest;
  readonly query: URLSearchParams;
  readonly accept: string;
}

/** One page of a list: selected, cut, and in the form that was asked for. */
export function listAnswer({ request, query, accept }: ReadRequest, table: ObjectTable, tokens: ContinueTokens): Answer {
  const isSelected = selected(request, query);
  const limit = limitOf(query);
  const all = table.objects(request.kind, request.namespace);
  const { items, next } = pageFrom(all, tokens.read(query.get('continue')), { isSelected, limit });
  const last = items.at(-1);
  const isUnselected = request.namespace === undefined && !query.get('labelSelector') && !query.get('fieldSelector');
  const metadata = {
    resourceVersion: String(table.resourceVersion),
    ...(next === undefined || last === undefined ? {} : { continue: tokens.write(listKey(last)) }),
    // The server knows how many are left only where it need not look at each.
    ...(next !== undefined && isUnselected ? { remainingItemCount: all.length - next } : {}),
  };
  const include = query.get('includeObject') ?? 'Metadata';
  return listOutput(request, formOf(accept), { items: items.map((object) => asListItem(request, object)), metadata, include });
}

interface Page {
  readonly items: readonly AnyObject[];
  /** Where the next page begins; undefined when this is the last one. */
  readonly next: number | undefined;
}

/** The objects behind a key, as many as the limit allows. */
function pageFrom(
  all: readonly AnyObject[],
  after: string | undefined,
  { isSelected, limit }: { isSelected: (object: AnyObject) => boolean; limit: number },
): Page {
  const items: AnyObject[] = [];
  for (let index = after === undefined ? 0 : firstBehind(all, after); index < all.length; index += 1) {
    const object = all[index];
    if (object === undefined || !isSelected(object)) continue;
    if (items.length === limit) return { items, next: index };
    items.push(object);
  }
  return { items, next: undefined };
}

/** The place of the first object whose key comes after, by halving: lists are in the order of keys. */
function firstBehind(all: readonly AnyObject[], after: string): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const object = all[middle];
    if (object !== undefined && listKey(object) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

function selected({ kind, namespace }: ApiRequest, query: URLSearchParams): (object: AnyObject) => boolean {
  try {
    return selector(kind, {
      namespace,
      labelSelector: query.get('labelSelector') ?? undefined,
      fieldSelector: query.get('fieldSelector') ?? undefined,
    });
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

/** The limit; a list at resourceVersion 0 comes whole from the server's cache, whatever limit was asked for. */
function limitOf(query: URLSearchParams): number {
  const limit = query.get('limit') ?? '0';
  if (!/^\d+$/.test(limit)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  const isCached = query.get('resourceVersion') === '0' && query.get('continue') === null;
  return Number(limit) === 0 || isCached ? Infinity : Number(limit);
}

/** Items of built-in kinds stand in lists without kind and apiVersion; those of custom resources keep them. */
function asListItem({ kind }: ApiRequest, object: AnyObject): AnyObject {
  if (!isBuiltIn(kind)) return object;
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object;
  return rest;
}
