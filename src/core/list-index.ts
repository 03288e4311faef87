import { inSteps } from './in-steps.ts';
import type { InSteps } from './in-steps.ts';

const itemsPerStep = 500;

/** What is looked up in a long list: an index that begins empty and takes one item after the other; kept as long as its list is. */
export function listIndex<A, I>(empty: () => I, add: (index: I, one: A) => void): InSteps<readonly A[], I> {
  return inSteps(function* (list: readonly A[]) {
    const index = empty();
    for (const [place, one] of list.entries()) {
      add(index, one);
      if (place % itemsPerStep === itemsPerStep - 1) yield;
    }
    return index;
  });
}
