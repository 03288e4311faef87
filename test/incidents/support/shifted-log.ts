import { parseLogLine } from '../../../src/network/cni/log-line.ts';
import { present, presentText } from './clock.ts';

/** A log as an incident of now would have it: every line with the time prefix of the runtime and its writer's own, both of just now. */
export function shifted(text: string): string {
  const lines = text.split('\n');
  return lines
    .map((line, index) => {
      const own = parseLogLine(line, presentText);
      const at = new Date(present - (lines.length - index) * 20_000).toISOString();
      return own.at === null && index > 0 && /^\s/.test(line) ? line : `${at} ${withTime(line, at)}`;
    })
    .join('\n');
}

/** A line without the time of the runtime, and with another in the place of its writer's; in the forms of klog, Calico and Go. */
function withTime(line: string, at: string): string {
  const [day, time] = [at.slice(0, 10), at.slice(11, 23)];
  return line
    .replace(/^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]*Z ?/, '')
    .replace(/^\s*\[?\d{4}([-/])\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[.,\d]*\]? ?/, (_, mark: string) => `${day.replaceAll('-', mark)} ${time} `)
    .replace(/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+/, (_, level: string) => `${level}${day.slice(5).replace('-', '')} ${time}000`);
}
