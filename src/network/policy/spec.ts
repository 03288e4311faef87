/**
 * Reading of custom resources that no schema vouches for: a value of another shape than expected reads as absent.
 */
export type Spec = Readonly<Record<string, unknown>>;

/** Whether it is an object, and no list. */
export function isSpec(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under the key; undefined where there is none. */
export function objectIn(spec: Spec | undefined, key: string): Spec | undefined {
  const value = spec?.[key];
  return isSpec(value) ? value : undefined;
}

/** The objects of the list under the key; an item that is null or no object reads as `{}`. */
export function objectsIn(spec: Spec | undefined, key: string): Spec[] {
  const value = spec?.[key];
  return Array.isArray(value) ? value.map((item) => (isSpec(item) ? item : {})) : [];
}

/** The list; none where it is not set, and undefined where something else stands in its place. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

/** The texts of the list under the key; numbers become texts. */
export function textsIn(spec: Spec | undefined, key: string): string[] {
  const value = spec?.[key];
  return Array.isArray(value) ? value.flatMap((item) => textOf(item) ?? []) : [];
}

/** The text under the key; a number becomes one. Undefined where there is neither. */
export function textIn(spec: Spec | undefined, key: string): string | undefined {
  return textOf(spec?.[key]);
}

/** The number under the key; undefined where there is none. */
export function numberIn(spec: Spec | undefined, key: string): number | undefined {
  const value = spec?.[key];
  return typeof value === 'number' ? value : undefined;
}

/** The keys that are set and that the reader does not know. */
export function unknownKeys(spec: Spec, known: readonly string[]): string[] {
  return Object.keys(spec).filter((key) => spec[key] !== undefined && spec[key] !== null && !known.includes(key));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}
