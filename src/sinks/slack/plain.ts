import type { SlackBlock } from './blocks.ts';
import type { SlackPost } from './content.ts';

/** A post as plain text, for a log or a terminal that plays Slack: what people would read, without Slack's markup and without its buttons' values. */
export function plainText({ content }: SlackPost): string {
  return content.blocks.length === 0 ? unmarked(content.text) : content.blocks.map(plainBlock).join('\n\n');
}

function plainBlock(block: SlackBlock): string {
  switch (block.type) {
    case 'section':
      return unmarked(block.text.text);
    case 'context':
      return block.elements.map(({ text }) => unmarked(text)).join('  ');
    case 'actions':
      return block.elements.map(({ text }) => `[ ${text.text} ]`).join(' ');
  }
}

/** Code blocks are indented and otherwise left as they are; elsewhere the marks of bold, strike and code go, and a link is "label: address". */
function unmarked(mrkdwn: string): string {
  return mrkdwn
    .split('```')
    .map((part, index) => unescaped(index % 2 === 1 ? indented(part) : withoutMarks(part)))
    .join('')
    .trimEnd();
}

function withoutMarks(text: string): string {
  return text
    .replaceAll(/<([^|>]+)\|([^>]+)>/g, '$2: $1')
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part.slice(1, -1) : part.replaceAll(/[*~]/g, '')))
    .join('');
}

function indented(code: string): string {
  return code.trim().replaceAll(/^/gm, '    ');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
