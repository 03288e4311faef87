/**
 * Remembers what follows from a text: the same few texts stand in many objects, logs and alerts, and each is reckoned once.
 * Holds so many at most, and forgets them all when they are more.
 */
export function textMemory<T>(most: number): (text: string, reckon: () => T) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (text, reckon) => {
    const before = known.get(text);
    if (before !== undefined) return before.answer;
    const answer = reckon();
    if (known.size >= most) known.clear();
    known.set(text, { answer });
    return answer;
  };
}
