import type { Moment } from '../../core/moment.ts';
import type { Finding } from '../../core/verdict.ts';
import type { ApplicationEvidence } from './evidence.ts';

/** Causes in the application or its placement for which the evidence speaks; none for a pod that is Ready, being deleted, or on a dead node. */
export function applicationFindings(_evidence: ApplicationEvidence, _at: Moment): readonly Finding[] {
  return [];
}
