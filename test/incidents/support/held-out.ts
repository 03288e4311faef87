import { readFileSync } from 'node:fs';
import type { CauseId } from '../../../src/core/causes.ts';
import type { Confidence } from '../../../src/core/verdict.ts';
import type { Report } from './play-report.ts';

/** What was answered to a report when it was played for the first time, by rules that had not seen it. */
export interface FirstAnswer {
  readonly id: string;
  readonly cause: CauseId | null;
  readonly detail: string | null;
  readonly confidence: Confidence | null;
  /** The rules were mended after each round, and the next was collected only then. */
  readonly round: 1 | 2 | 3;
}

/** Reports that were collected and labelled before anything was diagnosed from them. */
export const reports = read<Report>('cases.jsonl');

/** The first answer to each of them. It is history: it stays as it is when the rules change. */
export const firstAnswers = read<FirstAnswer>('first-run.jsonl');

function read<T>(file: string): readonly T[] {
  const text = readFileSync(new URL(`../held-out/${file}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
