/** Reads JSON that no schema vouches for: what is not of the expected kind is absent. */

export type Json = Readonly<Record<string, unknown>>;

/** The object; an empty one where it is none. */
export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The list; an empty one where it is none. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text; undefined where it is none or empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Whole numbers, also as text: quantities and generated JSON write them so. */
export function count(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** True also for the text "true": old custom resources keep booleans as text. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
