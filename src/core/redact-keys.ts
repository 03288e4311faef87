import { textMemory } from './text-memory.ts';

/** Words that, at the end of a key, say that its value is a secret. At the end only: `secretName` and `tokenTTL` are none. */
const secretWord = String.raw`(?:pass(?:word|wd|phrase)|pwd|secret|token|credentials?|(?:api|access|secret|private|encryption|signing|account|auth|shared|master)[-_.]?key|client[-_]key[-_]data|dockerconfigjson|dockercfg|connection[-_]?string)(?:[-_]?(?:value|old|new|default|\d{1,3}))?`;

const atEndOfName = new RegExp(`${secretWord}$`, 'i');
/** Keys that hold the name of a Secret object, e.g. `imagePullSecret`, `tlsSecret`. */
const nameOfASecret = /(?:pull|tls|ssl|cert|certificate)[-_.]?secret$/i;

/** Whether a variable or field of this name holds a secret: `DB_PASSWORD` and `apiKey` do, `secretName` does not. */
export function isSecretName(name: string): boolean {
  return remembered(name, () => atEndOfName.test(name) && !nameOfASecret.test(name));
}

const remembered = textMemory<boolean>(5_000);

/** Longer URLs are cut where they are printed. */
const longestAddress = 2_000;

const isPassword = (name: string): boolean => /(?:pass(?:word|wd|phrase)|pwd)$/i.test(name);

/** Whether a value may be a secret at all: switches, references to variables and what is masked already are not. */
export function maybeSecretValue(name: string, value: string): boolean {
  if (/^(?:true|false|null|nil|none|undefined|)$/i.test(value) || /^[[{<$*]/.test(value)) return false;
  // "secret=shop/web-tls": structured logs name the Secret by namespace and name.
  if (/secret$/i.test(name) && /^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/.test(value)) return false;
  return isPassword(name) || !/^\d{1,6}$/.test(value);
}

type Style = 'quoted' | 'bare';

interface Value {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

/** A key, its closing quote where it has one, and the sign that a value follows. */
const key = new RegExp(String.raw`(${secretWord})(\\{0,3}["'])?([ \t]{0,8}[:=][ \t]{0,8}|[ \t]{1,4}(?=[^-\s]))`, 'gi');
/** `{"name":"DB_PASSWORD","value":"x"}` and `- name: DB_PASSWORD`, newline, `value: x`. */
const environmentEntry = new RegExp(
  String.raw`(name\\{0,3}["']?:\s{0,4}\\{0,3}["']?[\w.-]{0,100}?${secretWord}\\{0,3}["']?,?\s{1,200}?(?:\\{0,3}["'])?value\\{0,3}["']?:\s{0,4}|name\\{0,3}["']:\s{0,4}\\{0,3}["'][\w.-]{0,100}?${secretWord}\\{0,3}["'],\\{0,3}["']value\\{0,3}["']:)`,
  'gi',
);

const valueShapes: readonly (readonly [RegExp, Style, quoteLength: number])[] = [
  [/\\{1,3}"(?:(?!\\{1,3}").){1,4096}/y, 'quoted', 0],
  [/"(?:\\.|[^"\\\r\n]){1,8192}/y, 'quoted', 1],
  [/'[^'\r\n]{1,8192}/y, 'quoted', 1],
  [/[^\s"'\\&,;)\]}]{1,8192}/y, 'bare', 0],
];

/** Masks the values of keys that name a secret, in `key=value`, JSON, YAML, flags and environment entries. */
export function maskKeyedValues(text: string, mask: string): string {
  return maskAfter(maskAfter(text, key, mask), environmentEntry, mask);
}

function maskAfter(text: string, pattern: RegExp, mask: string): string {
  const pieces: string[] = [];
  let kept = 0;
  for (const match of text.matchAll(pattern)) {
    const value = match.index < kept ? undefined : valueAt(text, match.index + match[0].length);
    if (value === undefined || !isToBeMasked(text, match, value)) continue;
    pieces.push(text.slice(kept, value.start), mask);
    kept = value.style === 'bare' && isPassphraseLine(text, match, value) ? endOfLine(text, value.end) : value.end;
  }
  return kept === 0 ? text : pieces.join('') + text.slice(kept);
}

function valueAt(text: string, at: number): Value | undefined {
  for (const [shape, style, quoteLength] of valueShapes) {
    shape.lastIndex = at;
    const found = shape.exec(text)?.[0];
    if (found === undefined) continue;
    const opening = quoteLength === 0 && style === 'quoted' ? found.indexOf('"') + 1 : quoteLength;
    return { start: at + opening, end: at + found.length, style };
  }
  return undefined;
}

/** The whole name that ends with the word found, e.g. `imagePullSecret`, and where it begins. */
function nameEndingAt(text: string, index: number, word: string): { name: string; start: number } {
  let start = index;
  while (start > 0 && index - start < 100 && /[\w.-]/.test(text.charAt(start - 1))) start -= 1;
  return { name: text.slice(start, index) + word, start };
}

/** Words that follow a flag in a sentence about it: "--token is required". */
const sentenceWord =
  /^(?:is|are|was|were|be|must|not|and|or|to|requires?|required|flag|option|cannot|can|for|in|from|of|may|should|has|have|will|with|needs?|expects?|specified|provided|missing|file|at|as|by|on|if|when)$/i;

function isToBeMasked(text: string, match: RegExpExecArray, value: Value): boolean {
  const [, word, keyQuote, separator] = match;
  const content = text.slice(value.start, value.end);
  if (separator === undefined) return maybeSecretValue('password', content);
  const { name, start } = nameEndingAt(text, match.index, word ?? '');
  if (nameOfASecret.test(name) || !maybeSecretValue(name, content)) return false;
  if (keyQuote !== undefined && endsAddress(text, start)) return false;
  const isFlag = name.startsWith('--');
  if (separator.trim() === '') return isFlag && !sentenceWord.test(content);
  if (separator.trim() === '=' || keyQuote !== undefined) return true;
  if (isConfigurationLine(text, start, value) || isPassphraseLine(text, match, value)) return true;
  if (isPassword(name)) return /^["']?,?\s*$/.test(text.slice(value.end, endOfLine(text, value.end)));
  return value.style === 'bare' && looksLikeSecret(content) && !isNameOfSecret(name, content);
}

/**
 * Whether the word is the end of a quoted URL or path, as in Go's errors: `Post "https://host/serviceaccounts/canal/token": dial tcp
 * …`. What follows the colon is the cause then, and no value.
 */
function endsAddress(text: string, start: number): boolean {
  const opening = Math.max(text.lastIndexOf('"', start - 1), text.lastIndexOf("'", start - 1));
  return /^(?:[a-z][a-z0-9+.-]{0,30}:\/\/|\/)\S*$/i.test(text.slice(Math.max(opening + 1, start - longestAddress), start));
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** A YAML line such as `passphrase: correct horse battery`: the blanks belong to the secret. */
function isPassphraseLine(text: string, match: RegExpExecArray, value: Value): boolean {
  if (match[3] === undefined || match[3].trim() !== ':') return false;
  const { name, start } = nameEndingAt(text, match.index, match[1] ?? '');
  if (!isPassword(name) || !startsLine(text, start)) return false;
  return /^(?: [\w!?.-]+){0,10}\s*$/.test(text.slice(value.end, endOfLine(text, value.end)));
}

function startsLine(text: string, start: number): boolean {
  return /^[\s{,>*-]*$/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
}

/**
 * Whether `key: value` fills its line, as in YAML, `kubectl describe` or a header. In a sentence ("failed to fetch
 * token: Unauthorized") what follows the colon is the cause, and must stay.
 */
function isConfigurationLine(text: string, start: number, value: Value): boolean {
  return startsLine(text, start) && /^["']?[\s,}]*(?:#.*)?$/.test(text.slice(value.end, endOfLine(text, value.end)));
}

function looksLikeSecret(value: string): boolean {
  return value.length >= 8 && /\d/.test(value) && /[a-z]/i.test(value) && !/^[/.]|^\d{4}-\d\d-|:\/\/|:\d+$/.test(value);
}

function isNameOfSecret(name: string, value: string): boolean {
  return /^secret$/i.test(name) && /^[a-z0-9]+(?:[-.][a-z0-9]+)+$/.test(value);
}
