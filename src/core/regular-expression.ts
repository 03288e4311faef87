const flagGroup = /^\(\?([is]+)\)/;

/** What RE2 writes otherwise than JavaScript, or JavaScript refuses; everything else means the same in both. */
const token = new RegExp(
  [
    String.raw`\\Q(?<quoted>[\s\S]*?)(?:\\E|$)`,
    String.raw`\\x\{(?<code>[0-9A-Fa-f]+)\}`,
    String.raw`\\(?<sense>[pP])(?:(?<letter>[A-Z])|\{(?<negated>\^?)(?<property>\w+)\})`,
    String.raw`\\(?<escape>[\s\S])`,
    String.raw`\[:(?<without>\^?)(?<characters>[a-z]+):\]`,
    String.raw`(?<group>\(\?P<)`,
    String.raw`(?<quantifier>\{\d+(?:,\d*)?\})`,
    String.raw`(?<brace>[{}])`,
    String.raw`(?<look>\(\?<?[=!])`,
  ].join('|'),
  'gu',
);

/** Escapes that mean the same in both; `\A` and `\z` are the ends of the text, `\a` is the bell. */
const escapes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from('dDsSwWbBfnrtvx', (letter) => [letter, `\\${letter}`])),
  A: '^',
  z: '$',
  a: String.raw`\x07`,
};

/** The ASCII classes of POSIX, as they stand within brackets, and the opposites that can be said there (github.com/google/re2/wiki/Syntax). */
const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: String.raw`\t `,
  digit: '0-9',
  lower: 'a-z',
  punct: String.raw`!-\/:-@\[-\x60\x7b-~`,
  space: String.raw`\s`,
  upper: 'A-Z',
  word: String.raw`\w`,
  xdigit: '0-9A-Fa-f',
  '^digit': String.raw`\D`,
  '^space': String.raw`\S`,
  '^word': String.raw`\W`,
};

/**
 * A regular expression in Go's dialect (RE2), anchored at both ends as Alertmanager and Prometheus anchor theirs. Flags are understood
 * at the beginning, as `(?i)`, and in groups. Throws SyntaxError where RE2 would refuse it, or where it can't be said here.
 */
export function regularExpression(pattern: string): RegExp {
  const flags = flagGroup.exec(pattern)?.[1] ?? '';
  const body = pattern
    .replace(flagGroup, '')
    .replaceAll(token, (text: string, ...found: unknown[]) => translated(text, found.at(-1) as Found));
  return new RegExp(`^(?:${body})$`, [...new Set(`${flags}u`)].join(''));
}

type Found = Readonly<Record<string, string | undefined>>;

function translated(text: string, found: Found): string {
  const { quoted, code, sense, letter, negated, property, escape, without, characters, group, brace, look } = found;
  if (quoted !== undefined) return Array.from(quoted, literal).join('');
  if (code !== undefined) return `\\u{${code}}`;
  if (sense !== undefined) return `\\${negated === '^' ? opposite(sense) : sense}{${letter ?? unicode(property ?? '')}}`;
  if (escape !== undefined) return /[A-Za-z0-9]/.test(escape) ? known(escapes[escape], text) : literal(escape);
  if (characters !== undefined) return known(posix[`${without ?? ''}${characters}`], text);
  if (group !== undefined) return '(?<';
  if (brace !== undefined) return literal(brace);
  if (look !== undefined) return known(undefined, text);
  return text;
}

function known(translation: string | undefined, text: string): string {
  if (translation === undefined) throw new SyntaxError(`"${text}" is not understood in a regular expression`);
  return translation;
}

function opposite(sense: string): string {
  return sense === 'p' ? 'P' : 'p';
}

/** In RE2 a name of one or two letters is a general category, a longer one a script. */
function unicode(property: string): string {
  return property.length <= 2 ? property : `Script=${property}`;
}

/** The character itself, within brackets and without. */
function literal(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
