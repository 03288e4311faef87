import { inkOf } from '../sinks/terminal/ink.ts';
import { filled } from '../sinks/terminal/wrap.ts';

/** Where the story is told. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly colour: 'ansi' | 'none';
  /** Columns. */
  readonly width: number;
}

/** Tells the story in paragraphs, steps with their time, texts of others, tables and commands. */
export interface Narrator {
  paragraph(text: string): void;
  heading(text: string): void;
  /** From now on the time of each step is counted. */
  startClock(): void;
  step(title: string): void;
  note(text: string): void;
  /** Text of somebody else's, behind a bar. */
  quote(text: string): void;
  table(rows: readonly (readonly [string, string])[]): void;
  command(what: string, command: string): void;
}

const margin = ' '.repeat(8);

/** A narrator for a terminal, or for whatever the output goes to. */
export function createNarrator({ write, colour, width }: Screen): Narrator {
  const ink = inkOf(colour);
  let startedAt = Date.now();
  const say = (...lines: readonly string[]): void => write(`${lines.join('\n')}\n`);
  const inMargin = (text: string): readonly string[] => filled(text, width, margin);
  return {
    paragraph: (text) => say(...filled(text, width, ''), ''),
    heading: (text) => say('', ink.strong(text)),
    startClock: () => void (startedAt = Date.now()),
    step(title) {
      const seconds = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`.padStart(6);
      say('', `${ink.soft(seconds)}  ${ink.strong(title)}`);
    },
    note: (text) => say(...inMargin(text)),
    quote(text) {
      const lines = text.split('\n').flatMap((line) => quoted(line, width - margin.length - 2));
      say(...lines.map((line) => `${margin}${ink.soft('|')} ${line}`.trimEnd()));
    },
    table(rows) {
      const column = Math.max(...rows.map(([name]) => name.length));
      for (const [name, value] of rows) {
        const [first = '', ...rest] = filled(value, width - margin.length - column - 2, '');
        const more = rest.map((line) => `${margin}${' '.repeat(column)}  ${line}`);
        say(`${margin}${ink.soft(name.padEnd(column))}  ${first}`, ...more);
      }
    },
    command: (what, command) => say(`  ${what}`, ink.command(`    ${command}`)),
  };
}

/** What is indented, as evidence and commands are, keeps its indent. */
function quoted(line: string, width: number): readonly string[] {
  return line.startsWith('    ') ? filled(line.trim(), width, '    ') : filled(line, width, '');
}
