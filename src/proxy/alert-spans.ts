/** Where an object stands in the bytes of a text: from its first byte to behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const quote = 0x22;
const backslash = 0x5c;
const openingBrace = 0x7b;
const closingBrace = 0x7d;
const openingBracket = 0x5b;
const closingBracket = 0x5d;

/**
 * Where the objects of a JSON array stand, in their order; none where the text is no array. The text is not checked: if it is no valid
 * JSON, a span may hold anything.
 */
export function alertSpans(json: Uint8Array): readonly Span[] {
  const spans: Span[] = [];
  if (!isArray(json)) return spans;
  const { length } = json;
  let depth = 0;
  let from = 0;
  for (let at = 0; at < length; at += 1) {
    switch (json[at]) {
      case quote:
        at = closingQuote(json, at);
        break;
      case openingBrace:
      case openingBracket:
        depth += 1;
        if (depth === 2) from = at;
        break;
      case closingBrace:
      case closingBracket:
        depth -= 1;
        if (depth === 0) return spans;
        if (depth === 1 && json[from] === openingBrace) spans.push({ from, to: at + 1 });
        break;
      default:
        break;
    }
  }
  return spans;
}

function isArray(json: Uint8Array): boolean {
  const first = json.findIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  return json[first] === openingBracket;
}

/** The place of the quote that ends a string; the length of the text where none does. Searching with `indexOf` takes twice as long. */
function closingQuote(json: Uint8Array, opening: number): number {
  const { length } = json;
  for (let at = opening + 1; at < length; at += 1) {
    const byte = json[at];
    if (byte === quote) return at;
    if (byte === backslash) at += 1;
  }
  return length;
}
