import type { KubernetesObject } from '../../../src/cluster/wire.ts';
import type { CauseId } from '../../../src/core/causes.ts';
import type { Outcome } from '../../../src/core/diagnosis.ts';
import type { Confidence } from '../../../src/core/verdict.ts';
import type { AlertName } from './alert-for.ts';
import type { Looking } from './diagnose-cluster.ts';
import type { PluginName } from './installed-plugins.ts';
import type { ClusterOptions, TestCluster } from './test-cluster.ts';

/** A whole cluster with one incident in it, and what a triage of it has to say. */
export interface Scenario {
  /** What happened, as people would tell it. */
  readonly name: string;
  readonly plugins: readonly PluginName[];
  readonly nodes?: Pick<ClusterOptions, 'nodeNames' | 'eachNode'>;
  readonly alert: AlertName;
  /** Makes the incident; returns what the alert is about. */
  readonly happens: (cluster: TestCluster) => KubernetesObject;
  readonly expect: Expectation;
  readonly looking?: Omit<Looking, 'through'>;
}

export interface Expectation {
  readonly outcome: Outcome;
  readonly cause?: CauseId;
  readonly detail?: string | null;
  readonly atLeast?: Confidence;
  readonly atMost?: Confidence;
  readonly subject?: { readonly kind: string; readonly name: string | RegExp };
  readonly symptoms?: readonly CauseId[];
  /** What headline and summary must say between them. */
  readonly says?: RegExp;
}

/** A scenario that ends in a root cause. */
export function rootCause(cause: CauseId, detail: string | null | undefined, more: Omit<Expectation, 'outcome' | 'cause' | 'detail'> = {}): Expectation {
  return { outcome: 'root-cause', cause, ...(detail === undefined ? {} : { detail }), ...more };
}
