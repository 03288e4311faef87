/** How parts of a text are set apart. */
export interface Ink {
  readonly strong: (text: string) => string;
  readonly soft: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly good: (text: string) => string;
  readonly command: (text: string) => string;
}

const plain = (text: string): string => text;

/** Colours that are legible on light and dark grounds (ECMA-48 SGR), or none. */
export function inkOf(colour: 'ansi' | 'none'): Ink {
  if (colour === 'none') return { strong: plain, soft: plain, bad: plain, warn: plain, good: plain, command: plain };
  return { strong: sgr(1, 22), soft: sgr(2, 22), bad: sgr(31, 39), warn: sgr(33, 39), good: sgr(32, 39), command: sgr(36, 39) };
}

function sgr(on: number, off: number): (text: string) => string {
  const escape = String.fromCodePoint(0x1b);
  return (text) => `${escape}[${on}m${text}${escape}[${off}m`;
}
