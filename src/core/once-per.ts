/**
 * The same function of one or two objects, which gives the same answer again for the same objects. In a storm a
 * thousand triages share the lists of nodes and pods, and what follows from a list alone is computed once.
 */
export function oncePer<A extends object, T>(compute: (one: A) => T): (one: A) => T;
export function oncePer<A extends object, B extends object, T>(compute: (one: A, other: B) => T): (one: A, other: B) => T;
export function oncePer<A extends object, B extends object, T>(compute: (one: A, other: B) => T): (one: A, other: B) => T {
  const known = new WeakMap<A, WeakMap<object, { readonly answer: T }>>();
  return (one, other) => {
    const answers = known.get(one) ?? new WeakMap<object, { readonly answer: T }>();
    const before = answers.get(other ?? one);
    if (before !== undefined) return before.answer;
    const answer = compute(one, other);
    known.set(one, answers.set(other ?? one, { answer }));
    return answer;
  };
}
