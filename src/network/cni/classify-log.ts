import { lastOf } from '../../core/last-of.ts';
import { classify, type Classification, type TextContext } from './classify.ts';
import { parseLogLine, type LogLine } from './log-line.ts';
import type { PluginId } from './plugin.ts';
import { namedIn } from './vocabulary.ts';

/** A line of a log that names a cause. */
export interface ClassifiedLine {
  /** As it stands in the log, continuation lines included. */
  readonly line: string;
  /** RFC 3339, from the line itself; null where it has no time. */
  readonly at: string | null;
  /** Of its first line in the log, counted from 0. */
  readonly index: number;
  readonly classification: Classification;
}

export interface LogContext extends Omit<TextContext, 'where'> {
  /** The present, RFC 3339: klog writes no year. */
  readonly now: string;
}

/** How many lines a message may be broken over. */
const longestEntry = 5;

/** So many lines take some milliseconds where none was read before. */
const linesPerStep = 100;

/** The lines of a log that name a cause, in the log's order. A message that was broken over lines counts once. */
export function classifyAll(log: string, context: LogContext): ClassifiedLine[] {
  return lastOf(classifyInTurn(log, context));
}

/** The same, with pauses: a log has thousands of lines. */
export function* classifyInTurn(log: string, context: LogContext): Generator<void, ClassifiedLine[]> {
  const { now, ...where } = context;
  const raw = log.split('\n');
  const lines = raw.map((line) => parseLogLine(line, now));
  yield;
  const worth = worthReading(lines, context.plugin);
  yield;
  const found: ClassifiedLine[] = [];
  let next = 0;
  for (const [place, index] of worth.entries()) {
    if (place % linesPerStep === linesPerStep - 1) yield;
    if (index < next) continue;
    const hit = firstHit(entryAt(lines, index), { ...where, where: 'log' });
    if (hit === undefined) continue;
    found.push({
      line: raw.slice(index, index + hit.length).join('\n'),
      at: lines[index]?.at ?? timeBefore(lines, index),
      index,
      classification: hit.classification,
    });
    next = index + hit.length;
  }
  return found;
}

/** The lines of which something may be said, in themselves or in those that follow. */
function worthReading(lines: readonly LogLine[], plugin: PluginId | undefined): readonly number[] {
  const named = namedIn(
    lines.map(({ text }) => text),
    plugin,
  );
  const worth: number[] = [];
  for (const [index, isNamed] of named.entries()) {
    if (!isNamed) continue;
    for (let each = Math.max((worth.at(-1) ?? -1) + 1, index - longestEntry + 1); each <= index; each += 1) worth.push(each);
  }
  return worth;
}

/** The line and those after it that begin no entry of their own. */
function entryAt(lines: readonly LogLine[], index: number): readonly string[] {
  const following = lines.slice(index + 1, index + longestEntry);
  const next = following.findIndex(({ begins, text }) => begins || text.trim() === '');
  return lines.slice(index, index + 1 + (next < 0 ? following.length : next)).map(({ text }) => text);
}

/** The line alone where it decides; else with the lines that continue it, but never a cause that a later line names alone. */
function firstHit(entry: readonly string[], context: TextContext): { length: number; classification: Classification } | undefined {
  const [first = '', ...rest] = entry;
  const alone = classify(first, context);
  if (alone !== undefined && rest.length === 0) return { length: 1, classification: alone };
  if (rest.length === 0 || first.trim() === '') return undefined;
  const whole = classify(entry.join('\n'), context);
  if (whole === undefined) return alone === undefined ? undefined : { length: 1, classification: alone };
  if (alone?.strength === 'strong' && whole.signature === alone.signature) return { length: 1, classification: alone };
  const later = rest.findIndex((line) => classify(line, context)?.signature === whole.signature);
  if (later < 0) return { length: entry.length, classification: whole };
  return alone === undefined ? undefined : { length: 1, classification: alone };
}

function timeBefore(lines: readonly LogLine[], index: number): string | null {
  return lines.slice(0, index).findLast(({ at }) => at !== null)?.at ?? null;
}
