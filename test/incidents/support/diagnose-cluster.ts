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
import type { Prober } from '../../../src/collectors/prober.ts';
import { writeSnapshot } from './snapshot-layouts.ts';
import type { Layout } from './snapshot-layouts.ts';
import type { TestCluster } from './test-cluster.ts';

/** How the cluster is looked at. */
export interface Looking {
  readonly layout?: Layout;
  /** Puts something between the triage and the snapshot, e.g. a reader that may not read events. */
  readonly through?: (reader: ClusterReader) => ClusterReader;
  readonly prober?: Prober | null;
  readonly nodeView?: NodeView | null;
}

/** The diagnosis of an alert in a cluster that was written to files and read from them again. */
export async function diagnoseCluster(cluster: TestCluster, alert: Alert, { layout, through = (reader) => reader, prober = null, nodeView = null }: Looking = {}): Promise<Examined> {
  const directory = await mkdtemp(join(tmpdir(), 'incident-'));
  try {
    await writeSnapshot(cluster, directory, layout);
    const snapshot = await openSnapshot(directory);
    return await examine(alert, { id: 'triage', cluster: through(snapshot), clusterName: null, view: new ClusterView({ maxAgeMs: 60_000 }), signal: AbortSignal.timeout(20_000), prober, nodeView });
  } finally {
    await rm(directory, { recursive: true });
  }
}
