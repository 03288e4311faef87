const letters: Readonly<Record<string, string>> = { allowed: '.', blocked: 'X', unknown: '?' };

/** Who connects to whom on which port, `80/TCP`. */
export type Connection = readonly [from: string, to: string, port: string];

/** The table with its blanks made even, for comparing. */
export function evened(table: string): string {
  return rowsOf(table)
    .map((row) => row.join(' '))
    .join('\n');
}

/**
 * The same table with the verdicts that are found. Its first line has the port (`80/TCP`, or several as `80/TCP,81/TCP`) and
 * the targets, every other line a source and a cell for each target: `.` allowed, `X` blocked, `?` unknown, `-` not asked.
 */
export function filledIn(table: string, verdictOf: (connection: Connection) => string): string {
  const [head = [], ...rows] = rowsOf(table);
  const [ports = '', ...targets] = head;
  const found = rows.map(([from = '', ...cells]) => {
    if (cells.length !== targets.length) throw new Error(`the row of ${from} has ${cells.length} cells for ${targets.length} targets`);
    const cell = (to: string): string => inOneLetter(ports.split(',').map((port) => verdictOf([from, to, port])));
    return [from, ...cells.map((expected, column) => (expected === '-' ? '-' : cell(targets[column] ?? '')))];
  });
  return [head, ...found].map((row) => row.join(' ')).join('\n');
}

function inOneLetter(verdicts: readonly string[]): string {
  return [...new Set(verdicts.map((verdict) => letters[verdict] ?? verdict))].join('|');
}

function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}
