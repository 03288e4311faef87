import { cut, oneLine, visibleText } from '../visible-text.ts';

/**
 * What Slack would read as markup inside a word: formatting characters, a quote mark at its start, `:emoji:` (an IPv6
 * address holds such), an address that becomes a link, a mention without angle brackets.
 */
const markup = /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^>|:(?=[\w+'-]*[a-z])[\w+'-]+:|:100:|:1234:|:\/\/|@(?:here|channel|everyone)\b/i;

/** Prose from the cluster as Slack mrkdwn of at most `limit` characters, on one line. A word that holds markup is set as code. */
export function prose(text: string, limit: number): string {
  return fitted(oneLine(text), limit, (part) => part.split(' ').map(word).join(' '));
}

/** Text as inline code of at most `limit` characters. */
export function code(text: string, limit: number): string {
  return fitted(oneLine(text), limit, inlineCode);
}

/** Text as a code block of at most `limit` characters; the lines are kept. */
export function codeBlock(text: string, limit: number): string {
  return fitted(visibleText(text).trim(), limit, (part) => `\`\`\`\n${escaped(part.replaceAll('```', "'''"))}\n\`\`\``);
}

/** A command as a code block; null where it is longer than `limit`, because half a command is worse than none. */
export function commandBlock(command: string, limit: number): string | null {
  if (command.length > limit) return null;
  const whole = codeBlock(command, Number.POSITIVE_INFINITY);
  return whole.length <= limit ? whole : null;
}

/** A link of our own. Both parts are escaped. */
export function link(url: string, label: string): string {
  return `<${escaped(url).replaceAll('|', '%7C')}|${escaped(label.replaceAll('|', ' '))}>`;
}

/** Text for notifications, on one line: where Slack would make a link or a mention of a word by itself, an invisible joiner stops it. */
export function notice(text: string, limit: number): string {
  const joiner = String.fromCodePoint(0x2060);
  return escaped(cut(oneLine(text), limit)).replaceAll(/@(?=here|channel|everyone)|:(?=\/\/)/gi, (mark) => mark + joiner);
}

/** The three characters that Slack asks to be escaped; mentions and links cannot be written without them. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function word(text: string): string {
  return markup.test(text) ? inlineCode(text) : escaped(text);
}

function inlineCode(text: string): string {
  return `\`${escaped(text.replaceAll('`', "'"))}\``;
}

/** Cuts the text, not what is written from it, so that no entity and no code mark is ever halved. */
function fitted(text: string, limit: number, write: (part: string) => string): string {
  let part = cut(text, limit);
  let written = write(part);
  while (written.length > limit && part.length > 1) {
    part = cut(text, Math.max(1, Math.min(part.length - 1, Math.floor((part.length * limit) / written.length) - 1)));
    written = write(part);
  }
  return written;
}
