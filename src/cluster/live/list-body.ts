import { isAscii } from 'node:buffer';
import type { AnyObject } from '../kinds.ts';

interface ListBody {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly AnyObject[] | null;
}

/**
 * The items of a list in UTF-8, with the kind and apiVersion that the server leaves out within it. Who set which field (`managedFields`)
 * is a third of a pod's JSON and of no use here: it may be missing. Throws a SyntaxError for what is no JSON.
 */
export function itemsOf(bytes: Uint8Array): readonly AnyObject[] {
  const { kind = '', apiVersion = '', items } = parseWithoutManagers(bytes);
  const itemKind = kind.replace(/List$/, '');
  return (items ?? []).map((item) => {
    item.apiVersion ??= apiVersion;
    item.kind ??= itemKind;
    return item;
  });
}

/**
 * The token of the next page, from the first few thousand characters of a list: the API server writes a list's metadata before its items. Null
 * on the last page; undefined where the head does not tell.
 */
export function tokenInHead(text: string): string | null | undefined {
  const head = /^\{(?:"(?:kind|apiVersion)":"[^"]*",){0,2}"metadata":\{([^{}]*)\},"items":/.exec(text);
  if (head === null) return undefined;
  return /"continue":"([^"\\]+)"/.exec(head[1] ?? '')?.[1] ?? null;
}

/** The token of the next page from the whole text; null on the last one. Throws a SyntaxError for what is no JSON. */
export function tokenInBody(text: string): string | null {
  return (JSON.parse(text) as ListBody).metadata?.continue || null;
}

function parseWithoutManagers(bytes: Uint8Array): ListBody {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = withoutManagers(whole);
  try {
    return parse(short);
  } catch (error) {
    if (short === whole || !(error instanceof SyntaxError)) throw error;
    return parse(whole);
  }
}

function parse(bytes: Buffer): ListBody {
  // Most lists are ASCII, which need not be decoded.
  return JSON.parse(bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')) as ListBody;
}

const opening = Buffer.from(',"managedFields":[');
const closing = Buffer.from(']');

/** For the shortened bytes, one list after the other: longer ones get memory of their own. */
const workbench = Buffer.from(new ArrayBuffer(2 * 1024 * 1024));

/**
 * The bytes without these arrays, each up to the first `]`. Where that stands in a text or closes an inner array, the quotes or brackets
 * of the rest no longer match, and so it is no JSON: whatever can be parsed lacks these arrays and nothing else.
 */
function withoutManagers(bytes: Buffer): Buffer {
  const short = bytes.length > workbench.length ? Buffer.allocUnsafeSlow(bytes.length) : workbench;
  let from = 0;
  let length = 0;
  for (let start = bytes.indexOf(opening); start >= 0; start = bytes.indexOf(opening, from)) {
    const end = bytes.indexOf(closing, start + opening.length);
    if (end < 0) break;
    length += bytes.copy(short, length, from, start);
    from = end + closing.length;
  }
  if (from === 0) return bytes;
  length += bytes.copy(short, length, from);
  return short.subarray(0, length);
}
