import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { renderMarkdown } from '../../src/sinks/markdown/render.ts';
import { renderTerminal } from '../../src/sinks/terminal/render.ts';
import { invisibleIn } from './invisible.ts';

const escape = String.fromCodePoint(0x1b);

/** What is wrong with a diagnosis on a terminal, with colours and without. */
export function terminalFaults(diagnosis: Diagnosis): string[] {
  const plain = renderTerminal(diagnosis, { colour: 'none', width: 80 });
  const coloured = renderTerminal(diagnosis, { colour: 'ansi', width: 80 });
  const uncoloured = coloured.replaceAll(new RegExp(`${escape}\\[(?:1|2|3[1236]|22|39)m`, 'g'), '');
  return [...invisibleIn(plain), ...invisibleIn(uncoloured), ...(plain === uncoloured ? [] : ['colours change the text'])];
}

/** What is wrong with a diagnosis as Markdown: markup outside code that is not ours. */
export function markdownFaults(diagnosis: Diagnosis): string[] {
  const text = renderMarkdown(diagnosis);
  const loose = withoutFences(text)
    .split('\n')
    .map(withoutCode)
    .filter((line) => /[<>[\]@!`]|:\/\/|^#(?!##? )/.test(line));
  return [...loose, ...invisibleIn(text)];
}

/** The line without its code spans: from a run of backticks to the next run of the same length. */
function withoutCode(line: string): string {
  const parts = line.split(/(`+)/);
  let kept = '';
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    const end = part.startsWith('`') ? parts.indexOf(part, index + 1) : -1;
    if (end === -1) kept += part;
    else index = end;
  }
  return kept;
}

function withoutFences(text: string): string {
  let fence: string | null = null;
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    const run = /^ *(`{3,})/.exec(line)?.[1] ?? null;
    if (fence === null && run !== null) fence = run;
    else if (fence !== null) fence = run !== null && run.length >= fence.length && line.trim() === run ? null : fence;
    else kept.push(line);
  }
  return kept.join('\n');
}
