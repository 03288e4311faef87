import { oneLine, visibleText } from '../visible-text.ts';

/**
 * What Markdown would read as markup in a word: emphasis, code, links, HTML, entities, mentions and references, `:emoji:`, a list
 * mark.
 */
const markup =
  /[*`~<>[\]|\\@#&!$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=[\w+-]*[a-z])[\w+-]+:|:100:|:1234:|:\/\/|www\.|^[-+=]+$|^\d+[.)]$/i;

/** Prose from the cluster, on one line. A word that holds markup is set as code. */
export function prose(text: string): string {
  return oneLine(text)
    .split(' ')
    .map((word) => (markup.test(word) ? inlineCode(word) : word))
    .join(' ');
}

/** Text as inline code, between more backticks than it holds. */
export function inlineCode(text: string): string {
  const line = oneLine(text);
  const fence = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** Text as a code block, its fence longer than any run of backticks in it. */
export function codeBlock(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${visibleText(text).trim()}\n${fence}`;
}

function longestRun(text: string): number {
  return [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
}
