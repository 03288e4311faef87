interface Bounds {
  /** The last lines only. */
  readonly tailLines?: number | undefined;
  /** The most bytes; the newest are kept, from the start of a line where one begins within them. */
  readonly limitBytes?: number | undefined;
}

/** The end of a log within bounds. */
export function logEnd(text: string, { tailLines, limitBytes }: Bounds): string {
  const tail = tailLines === undefined ? text : lastLines(text, tailLines);
  return limitBytes === undefined ? tail : lastBytes(tail, limitBytes);
}

function lastLines(text: string, count: number): string {
  if (count <= 0) return '';
  // A newline at the very end closes the last line; it does not begin another.
  let at = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let lines = 0; lines < count; lines += 1) {
    if (at === 0) return text;
    at = text.lastIndexOf('\n', at - 1);
    if (at === -1) return text;
  }
  return text.slice(at + 1);
}

function lastBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const end = bytes.subarray(bytes.length - limit);
  const newline = end.indexOf(0x0a);
  return end.subarray(newline === -1 || newline === end.length - 1 ? 0 : newline + 1).toString('utf8');
}
