import { once } from '../../core/once.ts';

/** A log line without what the runtime and the logger put in front of it. */
export interface LogLine {
  readonly text: string;
  /** RFC 3339, from the line itself; null where it has no time. Times without a zone are taken for UTC. */
  readonly at: string | null;
  /** Whether the program began an entry here; lines without are continuations, or of programs that write no times. */
  readonly begins: boolean;
}

const rfc3339 = /^\s*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d))\s+(?:std(?:out|err) [FP] )?/;
const klog = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)\s/;
/** Open vSwitch and OVN: `2026-03-14T10:29:02.310Z|00205|reconnect|INFO|…`. */
const vswitch = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\|\d+\|/;
const plainTime = /^\[?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?)\]?(?=\s|$)/;
const field =
  /(?:^|[\s{,])"?(?:time|ts|timestamp|@timestamp)"?[=:]\s*"?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)/;
const epoch = /"ts":\s*(\d{10}(?:\.\d+)?)\b/;
const logfmt = /^\s*(?:time|ts|level|msg|logger)=/;
const runtimePrefix = /^\s*(?:ERRO|WARN|INFO|FATA|DEBU)\[(\S+?)\]\s/;

/**
 * Reads the time of a line: kubectl's prefix, klog (`E0211 02:04:21.1`, which has no year), Calico and Go
 * (`2021-01-04 17:24:47.807`), logfmt and JSON (`time=`, `"ts":`). `now` (RFC 3339) gives klog its year.
 */
export function parseLogLine(line: string, now: string): LogLine {
  const unwrapped = fromDockerJson(line);
  const prefix = rfc3339.exec(unwrapped);
  const text = prefix === null ? unwrapped : unwrapped.slice(prefix[0].length);
  const own = once(() => ownTime(text, now));
  // Times are read of the few lines that somebody asks about.
  return {
    text,
    get at() {
      return timestamp(prefix?.[1]) ?? own();
    },
    get begins() {
      return logfmt.test(text) || text.startsWith('{') || own() !== null;
    },
  };
}

function ownTime(text: string, now: string): string | null {
  const short = klog.exec(text);
  if (short !== null) return withYear(`${short[1]}-${short[2]}T${short[3]}Z`, now);
  const piped = vswitch.exec(text)?.[1];
  if (piped !== undefined) return timestamp(piped);
  const plain = plainTime.exec(text);
  if (plain !== null) return timestamp(`${plain[1]}-${plain[2]}-${plain[3]}T${plain[4]}Z`);
  const seconds = epoch.exec(text)?.[1];
  if (seconds !== undefined) return new Date(Number(seconds) * 1000).toISOString();
  return timestamp(field.exec(text)?.[1] ?? runtimePrefix.exec(text)?.[1]);
}

/** The latest year in which that day is not ahead of the present; a clock may be a day off. */
function withYear(rest: string, now: string): string | null {
  const present = Date.parse(now);
  const year = new Date(Number.isNaN(present) ? 0 : present).getUTCFullYear();
  const thisYear = timestamp(`${year}-${rest}`);
  const ahead = thisYear !== null && Date.parse(thisYear) > present + 86_400_000;
  return ahead ? timestamp(`${year - 1}-${rest}`) : thisYear;
}

function timestamp(text: string | undefined): string | null {
  if (text === undefined) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
  const time = Date.parse(
    zoned
      .replace(' ', 'T')
      .replace(',', '.')
      .replace(/(\.\d{3})\d+/, '$1'),
  );
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** Docker's json-file driver wraps each line in an object. */
function fromDockerJson(line: string): string {
  if (!line.startsWith('{"log":')) return line;
  try {
    const { log, time } = JSON.parse(line) as { log?: unknown; time?: unknown };
    const text = typeof log === 'string' ? log.trimEnd() : line;
    return typeof time === 'string' ? `${time} ${text}` : text;
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}
