/** The text in lines of at most `width` columns, each behind `indent`. A word that is longer stays whole: it may be what is copied. */
export function filled(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + longer.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, indent + line];
}

/** The line, so many columns further in. */
export function indented(line: string, columns: number): string {
  return ' '.repeat(columns) + line;
}
