import { CursorError } from './triage-store.ts';

/** An opaque cursor for the page after the item with this id. */
export function cursorAfter(id: string): string {
  return Buffer.from(`1 ${id}`).toString('base64url');
}

/** The id in a cursor; null for the first page. Throws a CursorError for anything that `cursorAfter` did not make. */
export function idOfCursor(cursor: string | null): string | null {
  if (cursor === null) return null;
  const id = /^1 ([a-z][0-9a-z]{9,40})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (id === undefined) throw new CursorError();
  return id;
}
