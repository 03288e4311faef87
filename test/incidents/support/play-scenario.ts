import type { Examined } from '../../../src/workers/examine.ts';
import { alertFor } from './alert-for.ts';
import { diagnoseCluster } from './diagnose-cluster.ts';
import type { Looking } from './diagnose-cluster.ts';
import type { Scenario } from './scenario.ts';
import { TestCluster } from './test-cluster.ts';

/** The triage of a scenario; `change` is done to its cluster before it is written. */
export async function playScenario(scenario: Scenario, looking: Looking = {}, change: (cluster: TestCluster) => void = () => undefined): Promise<Examined> {
  const cluster = new TestCluster({ plugins: scenario.plugins, ...scenario.nodes });
  const about = scenario.happens(cluster);
  change(cluster);
  return diagnoseCluster(cluster, alertFor(scenario.alert, about), { ...scenario.looking, ...looking });
}
