type Labels = Readonly<Record<string, string>>;

/** Values by label set. A label with an empty value does not exist in Alertmanager, and does not count here. */
export class LabelSetMap<Value> {
  readonly #buckets = new Map<string, { readonly labels: Labels; value: Value }[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(labels: Labels): Value | undefined {
    return this.#buckets.get(bucketOf(labels))?.find((entry) => areSame(entry.labels, labels))?.value;
  }

  set(labels: Labels, value: Value): void {
    const bucket = this.#buckets.get(bucketOf(labels));
    const known = bucket?.find((entry) => areSame(entry.labels, labels));
    if (known !== undefined) {
      known.value = value;
      return;
    }
    if (bucket === undefined) this.#buckets.set(bucketOf(labels), [{ labels, value }]);
    else bucket.push({ labels, value });
    this.#size += 1;
  }

  entries(): readonly (readonly [Labels, Value])[] {
    return [...this.#buckets.values()].flatMap((bucket) => bucket.map(({ labels, value }) => [labels, value] as const));
  }
}

/** The labels that tell most alerts apart; to sort and join all labels of every alert that passes would take longer than to parse it. */
const telling = ['alertname', 'namespace', 'pod', 'exported_pod', 'node', 'instance'];

function bucketOf(labels: Labels): string {
  let bucket = '';
  for (const name of telling) bucket += `${valueOf(labels, name)}\n`;
  return bucket;
}

function areSame(one: Labels, other: Labels): boolean {
  return hasAllOf(one, other) && hasAllOf(other, one);
}

function hasAllOf(labels: Labels, wanted: Labels): boolean {
  return Object.keys(wanted).every((name) => valueOf(labels, name) === wanted[name]);
}

/** Label names are the source's: "constructor" is one that every object has. */
function valueOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}
