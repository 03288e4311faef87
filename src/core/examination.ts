import type { Alert } from './alert.ts';
import type { Recording } from './evidence.ts';
import type { Case, Runbook } from './runbook.ts';
import type { Standing } from './standing.ts';

/** Everything that a diagnosis is made from. */
export interface Examination {
  readonly id: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly alert: Alert;
  readonly cluster: string | null;
  readonly at: Case;
  readonly runbooks: readonly Runbook[];
  readonly recording: Recording;
  readonly standing: Standing;
  /** What clears the alert: a Ready pod, or nothing less than that no rule finds anything. */
  readonly clearedBy: 'readiness' | 'no-finding';
}
