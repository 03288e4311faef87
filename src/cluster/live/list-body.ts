import type { AnyObject } from '../kinds.ts';

interface ListBody {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly AnyObject[] | null;
}

/** The items of a list, with the kind and apiVersion that the server leaves out within it. Throws a SyntaxError for what is no JSON. */
export function itemsOf(text: string): readonly AnyObject[] {
  const { kind = '', apiVersion = '', items } = JSON.parse(text) as ListBody;
  const itemKind = kind.replace(/List$/, '');
  return (items ?? []).map((item) => {
    item.apiVersion ??= apiVersion;
    item.kind ??= itemKind;
    return item;
  });
}

/**
 * The token of the next page, from the first few thousand characters of a list: the API server writes a list's metadata before its items. Null
 * on the last page; undefined where the head does not tell.
 */
export function tokenInHead(text: string): string | null | undefined {
  const head = /^\{(?:"(?:kind|apiVersion)":"[^"]*",){0,2}"metadata":\{([^{}]*)\},"items":/.exec(text);
  if (head === null) return undefined;
  return /"continue":"([^"\\]+)"/.exec(head[1] ?? '')?.[1] ?? null;
}

/** The token of the next page from the whole text; null on the last one. Throws a SyntaxError for what is no JSON. */
export function tokenInBody(text: string): string | null {
  return (JSON.parse(text) as ListBody).metadata?.continue || null;
}
