/** The few kinds of Block Kit blocks that messages are made of. */
export type SlackBlock = SectionBlock | ContextBlock | ActionsBlock;

/** `verbatim`: Slack makes no links, mentions or channel names of its own out of the text. */
interface Mrkdwn {
  readonly type: 'mrkdwn';
  readonly text: string;
  readonly verbatim: true;
}

export interface SectionBlock {
  readonly type: 'section';
  readonly text: Mrkdwn;
}

export interface ContextBlock {
  readonly type: 'context';
  readonly elements: Mrkdwn[];
}

export interface ActionsBlock {
  readonly type: 'actions';
  readonly elements: Button[];
}

export interface Button {
  readonly type: 'button';
  readonly action_id: string;
  readonly text: { readonly type: 'plain_text'; readonly text: string };
  readonly value?: string;
  readonly url?: string;
}

/** Characters of all blocks of a message together; Slack refuses somewhat more than 13,000 (msg_blocks_too_long). */
const messageLimit = 12_000;

const mostBlocks = 50;

/** A section of lines; those that are null or empty are left out. */
export function section(...lines: readonly (string | null)[]): SectionBlock {
  return { type: 'section', text: mrkdwn(joined(lines)) };
}

/** Small grey text; lines that are null or empty are left out. */
export function context(...lines: readonly (string | null)[]): ContextBlock {
  return { type: 'context', elements: [mrkdwn(joined(lines))] };
}

/** As many of the blocks, in their order, as Slack takes in one message, with room for `last` at the end. */
export function withinLimits(blocks: readonly SlackBlock[], last: readonly SlackBlock[] = []): SlackBlock[] {
  const kept: SlackBlock[] = [];
  let size = sizeOf(last);
  for (const block of blocks) {
    size += sizeOf([block]);
    if (size > messageLimit || kept.length + last.length >= mostBlocks) break;
    kept.push(block);
  }
  return [...kept, ...last];
}

/** Characters as they count for `messageLimit`: those of the JSON, which is more than Slack counts. */
export function sizeOf(blocks: readonly SlackBlock[]): number {
  return JSON.stringify(blocks).length;
}

function mrkdwn(text: string): Mrkdwn {
  return { type: 'mrkdwn', text, verbatim: true };
}

function joined(lines: readonly (string | null)[]): string {
  return lines.filter((line) => line !== null && line !== '').join('\n');
}
