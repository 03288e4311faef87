/** A ConfigMap, Secret or service account that was asked for and is not there; `key` where only that is missing. */
export interface MissingConfig {
  readonly kind: 'ConfigMap' | 'Secret' | 'ServiceAccount';
  /** Empty where the words leave it out. */
  readonly name: string;
  /** Empty where the words speak of a key and do not name it, as those of old kubelets do. */
  readonly key: string | null;
  /** The words that say so; null where it was found by comparing. */
  readonly said: string | null;
}

/** `\s` around names: some clients end the line with a blank. Names may carry their namespace before a slash. */
const wholeObject = /\b(configmap|secret|serviceaccount)s?\s+"([^"]+)"\s+(?:is )?not found/i;
const keyOfObject = /couldn't find key (\S+) in (ConfigMap|Secret) (?:[^\s/]+\/)?([^\s,;]+)/i;
const nonExistentKey = /references non-existent (config|secret) ?key(?::? "?([\w.-]+)"?)?/i;
const account = /error looking up service account (?:[^\s/]+\/)?([\w.-]+)|serviceaccounts? "([^"]+)" (?:is )?not found/i;

/**
 * What the words of the kubelet or the API server say is missing; undefined where they say something else.
 *
 * `object "ns"/"name" not registered` is not such a sentence: the kubelet's cache says it of objects that exist.
 */
export function missingIn(words: string): MissingConfig | undefined {
  const said = words.replaceAll(String.raw`\"`, '"').trim();
  const key = keyOfObject.exec(said);
  if (key) return { kind: kindOf(key[2]), name: key[3] ?? '', key: key[1] ?? '', said };
  const projected = nonExistentKey.exec(said);
  // These words of a volume do not name the object; the volume's source in the spec does.
  if (projected) return { kind: kindOf(projected[1]), name: '', key: projected[2] ?? '', said };
  const serviceAccount = account.exec(said);
  if (serviceAccount) return { kind: 'ServiceAccount', name: serviceAccount[1] ?? serviceAccount[2] ?? '', key: null, said };
  const object = wholeObject.exec(said);
  return object ? { kind: kindOf(object[1]), name: object[2] ?? '', key: null, said } : undefined;
}

function kindOf(word: string | undefined): MissingConfig['kind'] {
  const lower = (word ?? '').toLowerCase();
  if (lower.startsWith('config')) return 'ConfigMap';
  return lower.startsWith('secret') ? 'Secret' : 'ServiceAccount';
}
