const escape = String.fromCodePoint(0x1b);
const bell = String.fromCodePoint(0x07);
/** ECMA-48: control sequences such as colours, and operating system commands such as titles and hyperlinks (bounded, so that hostile text costs no more than plain). */
const terminalSequence = new RegExp(
  `${escape}(?:\\[[0-?]{0,64}[ -/]{0,8}[@-~]|\\][^${bell}${escape}]{0,1000}(?:${bell}|${escape}\\\\))`,
  'g',
);
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const variationSelector = /^\p{Variation_Selector}$/u;

/** More than anybody reads in one piece. */
const longest = 20_000;

/**
 * Text from the cluster as it may be shown in any medium: terminal escape sequences are gone, line ends are `\n`, and
 * what cannot be seen (text direction overrides, zero-width characters, control characters) is named, e.g. `⟨U+200B⟩`.
 *
 * Named rather than dropped, because an invisible character in an image or host name can be the very fault. Texts of more
 * than 20,000 characters are cut.
 */
export function visibleText(text: string): string {
  return cut(text, longest)
    .toWellFormed()
    .replaceAll(terminalSequence, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(invisible, (character) => (isHarmless(character) ? character : named(character)));
}

/** Like `visibleText`, on one line, with single spaces. */
export function oneLine(text: string): string {
  return visibleText(text).replaceAll(/\s+/g, ' ').trim();
}

/** The text, or its beginning with an ellipsis; at most `limit` UTF-16 units, never half a character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${wholeCharacters(text.slice(0, limit - 1)).trimEnd()}…`;
}

/** "a, b, c and 4 more": at most `most` of the names. Give another separator where names may hold commas. */
export function listed(names: readonly string[], most: number, separator = ', '): string {
  const shown = names.slice(0, most).join(separator);
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function isHarmless(character: string): boolean {
  return character === '\n' || character === '\t' || variationSelector.test(character);
}

function named(character: string): string {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}
