import { Type } from 'typebox';
import { Refusal } from '../http/refusal.ts';
import type { PageRequest } from '../store/triage-store.ts';

const usualLimit = 50;
const mostItems = 500;

/** The parameters that every list takes beside its filters. */
export const pageParameters = {
  limit: Type.Optional(Type.String({ description: `How many items, at most ${mostItems}; ${usualLimit} unless said otherwise` })),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'The `next` of the page before' })),
};

/** Throws a Refusal for a limit that is none. */
export function pageOf(query: { readonly limit?: string | undefined; readonly cursor?: string | undefined }): PageRequest {
  const limit = query.limit === undefined ? usualLimit : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostItems)
    throw new Refusal(400, `limit must be a whole number from 1 to ${mostItems}`);
  return { limit, cursor: query.cursor ?? null };
}

/** An id in a path. What could not be an id is looked up nowhere. */
export const idParameter = Type.Object({ id: Type.String() });

/** Whether a store could know it. */
export function isId(text: string): boolean {
  return /^[0-9a-z][0-9a-z-]{0,63}$/.test(text);
}
