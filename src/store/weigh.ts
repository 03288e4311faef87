/**
 * The length in bytes of a value as JSON, counted without writing it: a list of 150,000 pods is 60 MB. Stops as soon as
 * the length is above the limit, and gives some number above it.
 */
export function weigh(value: unknown, limit: number): number {
  if (typeof value === 'string') return weighText(value);
  if (typeof value !== 'object' || value === null) return weighRest(value);
  return Array.isArray(value) ? weighList(value, limit) : weighFields(value, limit);
}

/** The most that one value may take in the record of a triage: a list of every pod must not push out the rest. */
export const mostOfOne = 256 * 1024;

const known = new WeakMap<object, number>();

/** The length of an object as JSON up to `mostOfOne`, some number above that for a longer one. In a storm many triages store the very same objects: each is weighed once. */
export function weightOf(value: object): number {
  const before = known.get(value);
  if (before !== undefined) return before;
  const bytes = weigh(value, mostOfOne);
  known.set(value, bytes);
  return bytes;
}

/** How many items of a list, from its beginning, fit into so many bytes. */
export function fitting(items: readonly unknown[], limit: number): { readonly count: number; readonly bytes: number } {
  let bytes = 2;
  for (const [count, item] of items.entries()) {
    const next = bytes + weigh(item, limit - bytes) + 1;
    if (next > limit) return { count, bytes };
    bytes = next;
  }
  return { count: items.length, bytes };
}

/** What JSON may write as more than itself: all but plain characters, that is quotes, backslashes, controls and surrogates. */
const escaped = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

function weighText(text: string): number {
  return escaped.test(text) ? Buffer.byteLength(JSON.stringify(text)) : Buffer.byteLength(text) + 2;
}

function weighRest(value: unknown): number {
  return value === undefined ? 0 : (JSON.stringify(value)?.length ?? 0);
}

function weighList(items: readonly unknown[], limit: number): number {
  let bytes = 2;
  for (const item of items) {
    // JSON writes null for what it does not know.
    bytes += (item === undefined ? 4 : weigh(item, limit - bytes)) + 1;
    if (bytes > limit) return bytes;
  }
  return bytes;
}

function weighFields(value: object, limit: number): number {
  let bytes = 2;
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    bytes += weighText(name) + 2 + weigh(field, limit - bytes);
    if (bytes > limit) return bytes;
  }
  return bytes;
}
