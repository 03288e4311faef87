import { lastOf } from './last-of.ts';

/** What is looked up in a long list, such as 150,000 pods, which takes a tenth of a second to make. */
export interface ListIndex<A, I> {
  /** The index of a list; of the same list the same one. */
  readonly of: (list: readonly A[]) => I;
  /** Makes it in steps of a few milliseconds, so that others get their turn between; afterwards `of` has it at hand. */
  readonly stepwise: (list: readonly A[]) => Iterable<void>;
}

const itemsPerStep = 2_000;

/** An index that begins empty and takes one item after the other; kept as long as its list is. */
export function listIndex<A, I>(empty: () => I, add: (index: I, one: A) => void): ListIndex<A, I> {
  const known = new WeakMap<readonly A[], I>();
  function* stepwise(list: readonly A[]): Generator<void, I> {
    const index = known.get(list) ?? empty();
    if (known.has(list)) return index;
    for (const [place, one] of list.entries()) {
      add(index, one);
      if (place % itemsPerStep === itemsPerStep - 1) yield;
    }
    known.set(list, index);
    return index;
  }
  return { stepwise, of: (list) => known.get(list) ?? lastOf(stepwise(list)) };
}
