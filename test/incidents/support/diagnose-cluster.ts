import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterReader } from '../../../src/cluster/reader.ts';
import { openSnapshot } from '../../../src/cluster/snapshot/open-snapshot.ts';
import { ClusterView } from '../../../src/collectors/cluster-view.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { examine } from '../../../src/workers/examine.ts';
import type { Examined } from '../../../src/workers/examine.ts';
import type { NodeView } from '../../../src/collectors/node-view.ts';
import { writeSnapshot } from './snapshot-layouts.ts';
import type { Layout } from './snapshot-layouts.ts';
import type { TestCluster } from './test-cluster.ts';

/** How a cluster is looked at. */
export interface Looking {
  /** Puts something between the triage and the snapshot, e.g. a reader that may not read events. */
  readonly through?: (reader: ClusterReader) => ClusterReader;
  readonly nodeView?: NodeView | null;
}

/** The cluster as it is read again from the files that it was written to. */
export async function writtenAndRead(cluster: TestCluster, layout?: Layout): Promise<ClusterReader & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'incident-'));
  await writeSnapshot(cluster, directory, layout);
  const snapshot = await openSnapshot(directory);
  return Object.assign(snapshot, { [Symbol.asyncDispose]: async () => rm(directory, { recursive: true }) });
}

/** One triage of an alert in a cluster that was read from files. */
export async function diagnoseWith(reader: ClusterReader, alert: Alert, { through = (same) => same, nodeView = null }: Looking = {}): Promise<Examined> {
  return examine(alert, { id: 'triage', cluster: through(reader), clusterName: null, view: new ClusterView({ maxAgeMs: 60_000 }), signal: AbortSignal.timeout(20_000), prober: null, nodeView });
}

/** Both in one: the diagnosis of an alert in a cluster of a test. */
export async function diagnoseCluster(cluster: TestCluster, alert: Alert, { layout, ...looking }: Looking & { readonly layout?: Layout } = {}): Promise<Examined> {
  await using reader = await writtenAndRead(cluster, layout);
  return await diagnoseWith(reader, alert, looking);
}
