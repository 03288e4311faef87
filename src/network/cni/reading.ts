const escape = /\\(?:["'\\/]|[nrt]|u00[0-9a-fA-F]{2})/g;
const entities: Readonly<Record<string, string>> = { quot: '"', '#34': '"', apos: "'", '#39': "'", lt: '<', gt: '>', amp: '&', nbsp: ' ' };

/** Undoes one level of quoting at a time until nothing is left to undo: every wrapper of a CNI error may quote again. */
function unescapeFully(text: string): string {
  let previous: string;
  let current = text;
  do {
    previous = current;
    current = current.replace(escape, unescaped);
  } while (current !== previous);
  return current;
}

function unescaped(sequence: string): string {
  const rest = sequence.slice(1);
  if (/^[nrt]$/.test(rest)) return '\n';
  return rest.length === 1 ? rest : String.fromCharCode(Number.parseInt(rest.slice(1), 16));
}

function plainCharacters(text: string): string {
  return text
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’‚]/g, "'")
    .replace(/&(quot|#34|apos|#39|lt|gt|amp|nbsp);/g, (_, name: string) => entities[name] ?? ' ')
    .replace(/\u00a0/g, ' ')
    .replace(/\r\n?/g, '\n');
}

function tokens(text: string): string {
  return text
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uid>')
    .replace(/(?<![0-9a-f])[0-9a-f]{60,64}(?![0-9a-f])/gi, '<id>');
}

/** One text, read in the ways it may have been meant. Both are on one line, unescaped, with ids replaced by tokens. */
export interface Reading {
  /** Line breaks are spaces. */
  readonly spaced: string;
  /**
   * Line breaks are nothing, for texts that a terminal or an editor broke in the middle of words; null where there is
   * no line break. A space may be missing where the break stood in its place.
   */
  readonly joined: string | null;
}

/** Longer texts are no messages; events end at 1,024 characters, log lines of containerd at 16 KiB. */
const longest = 16_384;

/**
 * Reads a message of the kubelet, a runtime or a plugin. The same message on every retry reads alike: ids and uids are tokens,
 * quoting is undone, white space is single.
 */
export function read(text: string): Reading {
  const whole = unescapeFully(plainCharacters(text.slice(0, longest)))
    .trim()
    .replace(/^\W*\(combined from similar events\): ?/i, '');
  const spaced = tokens(whole.replace(/\s+/g, ' '));
  if (!whole.includes('\n')) return { spaced, joined: null };
  return { spaced, joined: tokens(whole.replace(/\n\s*/g, '').replace(/\s+/g, ' ')) };
}

/** A reading without double quotes, backticks and backslashes: signatures are matched against this form. */
export function bare(text: string): string {
  return text.replace(/["`\\]/g, '');
}

/**
 * A text without the clean-up that follows a failed set-up: that fails for the same reason, or for want of anything to
 * clean up, and says nothing new.
 */
export function withoutCleanUp(text: string): string {
  const cleanUp = /^(.*failed ?to ?set ?up.*?),? ?failed ?to ?clean ?up ?sandbox ?container/is.exec(text);
  return cleanUp?.[1] ?? text;
}

/** The pattern for a joined reading: each of its spaces may be missing. */
export function loosened(pattern: RegExp): RegExp {
  return new RegExp(pattern.source.replace(/ (?![*+?{])/g, ' ?'), pattern.flags);
}
