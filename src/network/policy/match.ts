/** A question that the data at hand cannot answer, and why. */
export interface Doubt {
  readonly doubt: string;
}

/** Whether something matches; a doubt where that cannot be told, which is neither yes nor no. */
export type Match = boolean | Doubt;

/** Whether it is neither yes nor no. */
export function isDoubt(value: unknown): value is Doubt {
  return typeof value === 'object' && value !== null && 'doubt' in value;
}

/** Yes when `matches` says yes of every item; one no decides, otherwise the first doubt stands. */
export function every<T>(items: Iterable<T>, matches: (item: T) => Match): Match {
  let doubt: Doubt | undefined;
  for (const item of items) {
    const match = matches(item);
    if (match === false) return false;
    if (match !== true) doubt ??= match;
  }
  return doubt ?? true;
}

/** Yes when `matches` says yes of one item; without a yes the first doubt stands. */
export function some<T>(items: Iterable<T>, matches: (item: T) => Match): Match {
  let doubt: Doubt | undefined;
  for (const item of items) {
    const match = matches(item);
    if (match === true) return true;
    if (match !== false) doubt ??= match;
  }
  return doubt ?? false;
}

/** Both hold; the second is not asked where the first does not. */
export function both(first: Match, second: () => Match): Match {
  if (first === false) return false;
  const match = second();
  return first === true || match === false ? match : first;
}

/** The opposite; a doubt stays one. */
export function not(match: Match): Match {
  return typeof match === 'boolean' ? !match : match;
}
