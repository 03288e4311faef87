import type { ClusterReader } from '../../../src/cluster/reader.ts';
import type { Alert } from '../../../src/core/alert.ts';
import type { Examined } from '../../../src/workers/examine.ts';
import { alertFor } from './alert-for.ts';
import { diagnoseWith, writtenAndRead } from './diagnose-cluster.ts';
import type { Looking } from './diagnose-cluster.ts';
import type { Scenario } from './scenario.ts';
import type { Layout } from './snapshot-layouts.ts';
import { TestCluster } from './test-cluster.ts';

/** A scenario that has happened: its cluster can be looked at in several ways. */
export interface Happened extends AsyncDisposable {
  readonly reader: ClusterReader;
  readonly alert: Alert;
  readonly look: (looking?: Looking) => Promise<Examined>;
}

/** How the cluster of a scenario is brought along. */
export interface Bringing {
  readonly layout?: Layout;
  /** Done to the cluster before it is written. */
  readonly change?: (cluster: TestCluster) => void;
}

/** Lets a scenario happen, writes its cluster down and reads it again. */
export async function letHappen(scenario: Scenario, { layout, change = () => undefined }: Bringing = {}): Promise<Happened> {
  const cluster = new TestCluster({ plugins: scenario.plugins, ...scenario.nodes });
  const alert = alertFor(scenario.alert, scenario.happens(cluster));
  change(cluster);
  const reader = await writtenAndRead(cluster, layout);
  const look = (looking: Looking = {}): Promise<Examined> => diagnoseWith(reader, alert, { ...scenario.looking, ...looking });
  return { reader, alert, look, [Symbol.asyncDispose]: async () => reader[Symbol.asyncDispose]() };
}

/** One triage of a scenario. */
export async function playScenario(scenario: Scenario, bringing: Bringing = {}): Promise<Examined> {
  await using happened = await letHappen(scenario, bringing);
  return await happened.look();
}
