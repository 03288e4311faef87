import type { NextAction } from '../../core/verdict.ts';
import { section } from './blocks.ts';
import type { SlackBlock } from './blocks.ts';
import { commandBlock, link, prose } from './mrkdwn.ts';

const most = 3;
const longestCommand = 900;

/** The first next actions with their commands, one block each so that a phone scrolls little; the rest stand behind the link. */
export function actionBlocks(actions: readonly NextAction[], url: string): SlackBlock[] {
  const shown = actions.slice(0, most).map((action, index) => oneAction(action, index, url));
  const rest = actions.length - shown.length;
  return rest > 0 ? [...shown, section(link(url, `${rest} more next ${rest === 1 ? 'action' : 'actions'}`))] : shown;
}

function oneAction({ title, command, risk }: NextAction, index: number, url: string): SlackBlock {
  const warning = risk === 'disruptive' ? ' *(disruptive)*' : '';
  const line = `*${index === 0 ? 'Next' : 'Then'}:* ${prose(title, 250)}${warning}`;
  if (command.trim() === '') return section(line);
  return section(line, commandBlock(command, longestCommand) ?? `The command is long: ${link(url, 'copy it from the page')}`);
}
