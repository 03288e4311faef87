import type { ClusterEvent } from '../../../src/cluster/wire.ts';
import type { Finding } from '../../../src/core/verdict.ts';
import { applicationFindings } from '../../../src/facts/application/application-findings.ts';
import type { ApplicationEvidence } from '../../../src/facts/application/evidence.ts';
import { byTime } from '../../../src/facts/events.ts';
import { moment } from '../../support/objects.ts';

export type Given = Omit<ApplicationEvidence, 'events' | 'nodeEvents' | 'claimEvents'> & {
  readonly events?: readonly ClusterEvent[];
  readonly nodeEvents?: readonly ClusterEvent[];
  readonly claimEvents?: readonly ClusterEvent[];
};

/** The findings for wire objects. */
export function found({ events, nodeEvents, claimEvents, ...rest }: Given): readonly Finding[] {
  return applicationFindings(
    {
      ...rest,
      events: events && byTime(events),
      nodeEvents: nodeEvents && byTime(nodeEvents),
      claimEvents: claimEvents && byTime(claimEvents),
    },
    moment,
  );
}

/** The findings as "app-image-pull/not-found certain". */
export function causesOf(given: Given): readonly string[] {
  return found(given).map(({ cause, detail, confidence }) => `${cause}/${detail ?? '-'} ${confidence}`);
}

/** The only finding; fails where there is none or more than one. */
export function theFinding(given: Given): Finding {
  const [first, ...more] = found(given);
  if (first === undefined || more.length > 0) throw new Error(`expected one finding, got ${JSON.stringify(causesOf(given))}`);
  return first;
}

/** The log of container `web`, or of another, of its present run or the one before. */
export function aLog(text: string, { container = 'web', previous = false }: { container?: string; previous?: boolean } = {}) {
  return { container, previous, text };
}
