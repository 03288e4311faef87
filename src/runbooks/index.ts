import type { Collector } from '../collectors/collector.ts';
import { readingsOf } from '../core/runbook.ts';
import type { Reading, Runbook } from '../core/runbook.ts';
import { podIpConflict } from './pod-ip-conflict.ts';
import { podIpNotReachable } from './pod-ip-not-reachable.ts';

/** Every runbook, in the order in which they are named where both find one cause. A test holds the list equal to the folder. */
export const runbooks: readonly Runbook[] = [podIpConflict, podIpNotReachable];

/** The collectors of the runbooks' steps, each once. */
export function collectorsOf(books: readonly Runbook[]): readonly Collector[] {
  return [
    ...new Map(
      readingsOf(books)
        .filter(isCollector)
        .map((one) => [one.name, one]),
    ).values(),
  ];
}

function isCollector(reading: Reading): reading is Collector {
  return 'collect' in reading;
}
