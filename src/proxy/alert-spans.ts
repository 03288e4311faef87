/** Where an object stands in the bytes of a text: from its first byte to behind its last. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const quote = 0x22;
const backslash = 0x5c;
const openingBrace = 0x7b;

/**
 * The objects of a JSON array, in their order; none where the text is no array. The text is not judged: of what is no JSON, what stands in a span need
 * be no object.
 */
export function* alertSpans(json: Buffer): Generator<Span> {
  if (!isArray(json)) return;
  let depth = 0;
  let from = 0;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case quote:
        at = closingQuote(json, at);
        if (at < 0) return;
        break;
      case openingBrace:
      case 0x5b:
        depth += 1;
        if (depth === 2) from = at;
        break;
      case 0x7d:
      case 0x5d:
        depth -= 1;
        if (depth === 0) return;
        if (depth === 1 && json[from] === openingBrace) yield { from, to: at + 1 };
        break;
    }
  }
}

function isArray(json: Buffer): boolean {
  const first = json.findIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  return json[first] === 0x5b;
}

/** The place of the quote that ends the text which another one begins; -1 where none does. */
function closingQuote(json: Buffer, opening: number): number {
  for (let at = json.indexOf(quote, opening + 1); at >= 0; at = json.indexOf(quote, at + 1)) {
    let before = at - 1;
    while (json[before] === backslash) before -= 1;
    // A backslash before a quote belongs to it, unless another backslash escapes that one.
    if ((at - before) % 2 === 1) return at;
  }
  return -1;
}
