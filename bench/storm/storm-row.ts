import { percentile, rounded } from '../part.ts';
import { podLists } from './requests.ts';
import type { Stage } from './stage.ts';

/** One storm, as it is printed. Times are milliseconds from the first webhook. */
export interface StormRow extends Readonly<Record<string, string | number | boolean>> {
  readonly alerts: number;
  readonly webhooks: number;
  readonly accepted: number;
  readonly 'annotated p50': number;
  readonly p95: number;
  readonly p99: number;
  readonly last: number;
  readonly 'in Slack': number;
  readonly posts: number;
  readonly edits: number;
  readonly 'pod lists': number;
  readonly 'API requests': number;
}

/** How long it took until half, 95 %, 99 % and all of the alerts were annotated. */
export function shares(ms: readonly number[]): Pick<StormRow, 'annotated p50' | 'p95' | 'p99' | 'last'> {
  return {
    'annotated p50': rounded(percentile(ms, 0.5)),
    p95: rounded(percentile(ms, 0.95)),
    p99: rounded(percentile(ms, 0.99)),
    last: rounded(percentile(ms, 1)),
  };
}

export function costs({ slack, api }: Stage): Pick<StormRow, 'posts' | 'edits' | 'pod lists' | 'API requests'> {
  const done = (wanted: string): number => slack.calls.filter(({ method, error }) => method === wanted && error === null).length;
  return {
    posts: done('chat.postMessage'),
    edits: done('chat.update'),
    'pod lists': podLists(api),
    'API requests': api.requests.all.length,
  };
}
