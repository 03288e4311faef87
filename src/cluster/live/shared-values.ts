/** More different values than these are names and uids, of which each is found once. */
const mostKnown = 20_000;

const none: readonly never[] = Object.freeze([]);

/**
 * Lets plain objects of one list share what they have in common: of 150,000 pods each has its node's name, its owner and its times
 * as values of their own, which take more room than all the rest. The objects are changed in place and must be the caller's own.
 */
export function valueSharer(): (object: object) => void {
  const byField = new Map<string, Known>();
  return (object) => {
    const fields = object as Record<string, unknown>;
    for (const [field, value] of Object.entries(fields)) {
      if (Array.isArray(value)) {
        if (value.length === 0) fields[field] = none;
        continue;
      }
      if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) continue;
      let known = byField.get(field);
      if (known === undefined) byField.set(field, (known = { texts: new Map(), objects: new Map() }));
      fields[field] = typeof value === 'string' ? first(known.texts, value, value) : first(known.objects, JSON.stringify(value), value);
    }
  };
}

/** What one field has held: texts, and objects by their JSON. */
interface Known {
  readonly texts: Map<string, string>;
  readonly objects: Map<string, object>;
}

/** The first of the equal values, as long as they are not too many to be kept. */
function first<T>(known: Map<string, T>, key: string, value: T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size < mostKnown) known.set(key, value);
  return value;
}
