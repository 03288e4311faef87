import { parseLogLine } from '../../../src/network/cni/log-line.ts';
import { present, presentText } from './clock.ts';

/** A log as an incident of now would have it: every line with a time prefix just before the present, old times taken away. */
export function shifted(text: string): string {
  const lines = text.split('\n');
  return lines
    .map((line, index) => {
      const own = parseLogLine(line, presentText);
      const at = new Date(present - (lines.length - index) * 20_000).toISOString();
      return own.at === null && index > 0 && /^\s/.test(line) ? line : `${at} ${withoutTime(line)}`;
    })
    .join('\n');
}

function withoutTime(line: string): string {
  return line.replace(/^\s*\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[.,\d]*Z?\]? ?/, '').replace(/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ /, '');
}
