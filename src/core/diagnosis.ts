import type { Alert } from './alert.ts';
import type { CauseId } from './causes.ts';
import type { ExhibitSource } from './evidence.ts';
import type { Confidence, NextAction, Subject } from './verdict.ts';

/** The version of the JSON; it changes when a reader of the old one would misread the new one. */
export const diagnosisSchema = 'podnet-triage/diagnosis/v1';

export type Outcome = 'root-cause' | 'inconclusive' | 'recovered' | 'target-gone';
export type StepStatus = 'done' | 'partial' | 'skipped' | 'failed';

/** A cause as it stands in a diagnosis: a finding whose proof is in the evidence list. */
export interface DiagnosedCause {
  readonly id: CauseId;
  readonly detail: string | null;
  readonly title: string;
  readonly confidence: Confidence;
  readonly subject: Subject;
  readonly summary: string;
  /** Ids in `Diagnosis.evidence`; never empty. */
  readonly evidence: readonly string[];
}

export interface DiagnosedStep {
  readonly runbook: string;
  readonly number: number;
  readonly title: string;
  readonly status: StepStatus;
  readonly why: string;
  readonly durationMs: number;
  readonly evidence: readonly string[];
}

export interface DiagnosedRule {
  readonly runbook: string;
  readonly number: number;
  readonly title: string;
  readonly verdict: 'matched' | 'ruled-out' | 'unknown';
  readonly why: string;
  readonly evidence: readonly string[];
}

export interface EvidenceItem {
  readonly id: string;
  readonly source: ExhibitSource;
  /** RFC 3339, or null. */
  readonly at: string | null;
  /** Verbatim, secrets masked. */
  readonly text: string;
}

export interface TimelineEntry {
  readonly at: string;
  readonly what: string;
  readonly evidence: string;
}

export interface Impact {
  readonly pods: number;
  readonly nodes: number;
  readonly namespaces: readonly string[];
  /** `namespace/name`. */
  readonly services: readonly string[];
}

export interface Unchecked {
  readonly what: string;
  readonly why: string;
  readonly command: string;
}

export interface DiagnosisTarget {
  readonly kind: 'pod' | 'node' | 'namespace' | 'cluster';
  readonly cluster: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly node: string | null;
}

/** Everything about one triage, ready to render: the JSON that every sink and the API show. */
export interface Diagnosis {
  readonly schema: typeof diagnosisSchema;
  readonly id: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly alert: Pick<Alert, 'alertname' | 'fingerprint' | 'status' | 'startsAt' | 'labels' | 'annotations'>;
  readonly target: DiagnosisTarget;
  readonly outcome: Outcome;
  /** One line, at most 300 characters: what every sink shows first. */
  readonly headline: string;
  /** The runbook whose rule gave the root cause; null when none did. */
  readonly runbook: string | null;
  readonly rootCause: DiagnosedCause | null;
  readonly alternatives: readonly DiagnosedCause[];
  readonly symptoms: readonly DiagnosedCause[];
  readonly steps: readonly DiagnosedStep[];
  readonly rules: readonly DiagnosedRule[];
  readonly evidence: readonly EvidenceItem[];
  readonly timeline: readonly TimelineEntry[];
  readonly impact: Impact;
  readonly nextActions: readonly NextAction[];
  readonly unchecked: readonly Unchecked[];
}
