import { isSecretName, maskKeyedValues, maybeSecretValue } from './redact-keys.ts';
import { textMemory } from './text-memory.ts';

/** What stands in place of a masked value. */
export const masked = '[masked]';

/** One of these, in small letters, stands in whatever would be masked but for the two below. */
const hint =
  /pass|pwd|secret|token|key|credential|connection|docker|bearer|basic|cookie|eyj|akia|asia|aiza|ya29\.|xox|xapp|gh[pousr]_|github_pat_|glpat-|hooks\.slack/;
const addressWithPassword = /:\/\/[^\s/:@"'<>]{0,200}:[^\s/@"'<>]{1,500}@|@(?:tcp|unix)\(/;
const userFlag = /\s(?:-u|--user)[ =]/;

/** A cheap look before the real work. Searched for apart, words are found twice as fast as together with what is no word. */
function mayHoldSecret(text: string): boolean {
  const small = text.toLowerCase();
  return hint.test(small) || (small.includes('@') && addressWithPassword.test(small)) || (small.includes('-u') && userFlag.test(small));
}

type Replacement = readonly [pattern: RegExp, replacement: string];

const privateKeys: readonly Replacement[] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]{0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/g, masked],
  // A block whose end was cut off: its lines of base64, each perhaps behind a time, or all in one line with "\n" spelt out.
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:(?:\s|\\r|\\n)+(?:\d{4}-\S{10,40}\s)?[A-Za-z0-9+/=]{16,})*/g, masked],
];

/** Values that are told by their own shape, whatever stands before them. */
const shapes: readonly Replacement[] = [
  [
    /(\b(?:proxy-)?authorization\\{0,3}["']?\s{0,4}[:=]\s{0,4}\\{0,3}["']?(?:(?:bearer|basic|digest|token)\s+)?)[^\s"'\\,]{3,}/gi,
    `$1${masked}`,
  ],
  [/\b(bearer\s+)(?=[\w.~+/-]*\d)[\w.~+/-]{12,}={0,2}/gi, `$1${masked}`],
  [/\b(basic\s+)(?=[A-Za-z0-9+/]*[0-9=])[A-Za-z0-9+/]{8,}={0,2}/gi, `$1${masked}`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, masked],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, masked],
  [/\bxox[a-z]-[\w-]{8,}/g, masked],
  [/\bxapp-[\w-]{8,}/g, masked],
  [/(\bhooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/g, `$1${masked}`],
  [/\bgh[pousr]_\w{16,}/g, masked],
  [/\bgithub_pat_\w{16,}/g, masked],
  [/\bglpat-[\w-]{16,}/g, masked],
  [/\bAIza[\w-]{30,}/g, masked],
  [/\bya29\.[\w-]{16,}/g, masked],
  // The password of a URL, and of a Go database address (user:password@tcp(host)).
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"'<>]{0,200}:)(?!\[masked\])[^\s/@"'<>]{1,500}(?=@)/gi, `$1${masked}`],
  [/(\b[\w.-]{1,100}:)(?!\[masked\])[^\s:@/"']{1,200}(?=@(?:tcp|unix)\()/g, `$1${masked}`],
  // curl -u name:password; --user 1000:1000 of a container is none.
  [/(\s(?:-u|--user)[ =]["']?[\w.@-]{1,64}:)(?!\d{1,10}\b|\[masked\])[^\s"']+/g, `$1${masked}`],
  [/(\b(?:set-)?cookie\\{0,3}["']?\s{0,4}:\s{0,4})(?=[^\r\n]{0,200}=)[^\r\n"']+/gi, `$1${masked}`],
];

/**
 * Masks what looks like a credential: authorization headers, JSON web tokens, AWS keys, Slack, GitHub and Google
 * tokens, private keys, passwords in URLs, and values of keys that say so (`password=`, `"apiKey":`, `--token x`, env
 * entries). Names of Secrets, digests, uids, sandbox ids and sentences about tokens stay as they are. Twice is as good
 * as once.
 */
export function redact(text: string): string {
  if (!mayHoldSecret(text)) return text;
  if (text.length > longestKnown) return redactAnew(text);
  return remembered(text, () => redactAnew(text));
}

/** One message stands in many places of one diagnosis, and in those of many alerts: it is read once. */
const remembered = textMemory<string>(2_000);
const longestKnown = 2_000;

function redactAnew(text: string): string {
  const withoutKeys = replaceAll(text, privateKeys);
  return maskKeyedValues(replaceAll(withoutKeys, shapes), masked);
}

function replaceAll(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** kubectl keeps the whole applied manifest here, plain secrets in it included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * A JSON object in which every text is redacted, and the values of secret-looking names are masked: env entries,
 * fields, and what follows a flag such as `--password` in a list of arguments. The last-applied annotation is dropped.
 * What holds nothing to mask is the same object as before; no object is changed.
 */
export function redactObject<T>(value: T): T {
  return redactValue(value) as T;
}

/**
 * Whether fields surely hold nothing to mask, going by a text in which all their names and values stand, a line each. False says nothing.
 * One look at all of an alert costs less than one at each of its labels.
 */
export function isSurelyClean(namesAndValues: string): boolean {
  return !mayHoldSecret(namesAndValues) && !namesAndValues.includes(lastApplied);
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? redactItems(value) : redactFields(value as Readonly<Record<string, unknown>>);
}

function redactItems(items: readonly unknown[]): readonly unknown[] {
  const redacted = items.map((item, index) => (followsSecretFlag(items, index) ? masked : redactValue(item)));
  return redacted.every((item, index) => item === items[index]) ? items : redacted;
}

function redactFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { name } = fields;
  const isSecretEntry = typeof name === 'string' && typeof fields['value'] === 'string' && isSecretName(name);
  let copy: Record<string, unknown> | undefined;
  for (const [key, field] of Object.entries(fields)) {
    const redacted = redactField(isSecretEntry && key === 'value' ? 'password' : key, field);
    if (redacted === field && key !== lastApplied) continue;
    copy ??= { ...fields };
    if (key === lastApplied) delete copy[key];
    else copy[key] = redacted;
  }
  return copy ?? fields;
}

function redactField(key: string, field: unknown): unknown {
  if (typeof field === 'string' && isSecretName(key) && maybeSecretValue(key, field)) return masked;
  return redactValue(field);
}

function followsSecretFlag(items: readonly unknown[], index: number): boolean {
  const [flag, item] = [items[index - 1], items[index]];
  if (typeof flag !== 'string' || typeof item !== 'string') return false;
  return /^--?[\w-]+$/.test(flag) && isSecretName(flag) && !item.startsWith('-') && maybeSecretValue(flag, item);
}
