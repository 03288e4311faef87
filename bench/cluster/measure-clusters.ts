import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median, percentile, rounded } from '../part.ts';
import type { Extent, Part } from '../part.ts';
import type { ClusterFigures } from './first-triages.ts';
import type { ClusterSize } from './plan.ts';

/** A cluster, as it is printed. */
export type ClusterRow = Readonly<Record<string, number>>;

/** First triages in a large cluster that is served over HTTP by a process of its own; the median of all rounds, and their extremes. */
export async function measureClusters({ divisor, rounds }: Extent): Promise<Part> {
  const size = { nodes: Math.ceil(5_000 / divisor), podsPerNode: 30, dualStack: true };
  const measured: Awaited<ReturnType<typeof measureCluster>>[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measureCluster(size));
  const title = 'Large cluster: a process that has seen nothing yet; milliseconds, MiB, and what the API server sent';
  // One row of many columns is hard to read.
  const rows = Object.keys(measured[0]?.row ?? {}).map((what) => {
    const values = measured.map(({ row }) => row[what] ?? Number.NaN);
    return { what, median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
  });
  return { name: 'cluster', title, rows, samples: measured.map(({ figures }) => ({ size, figures })) };
}

/** Server and triages each in a process of their own; the figures are those of the triages' process. */
export async function measureCluster(size: ClusterSize): Promise<{ readonly row: ClusterRow; readonly figures: ClusterFigures }> {
  const argument = JSON.stringify(size);
  const server = fork(join(import.meta.dirname, 'server-process.ts'), [argument]);
  try {
    const [{ url }] = (await once(server, 'message')) as [{ readonly url: string }];
    // As the image and deploy/kubernetes/worker.yaml run it: of the memory that a container may take, V8 takes half for its heap at most.
    const execArgv = ['--max-semi-space-size=16', '--max-old-space-size=768'];
    const asDeployed = { execArgv, env: { ...process.env, MALLOC_ARENA_MAX: '2' } };
    const triages = fork(join(import.meta.dirname, 'first-triages.ts'), [url, argument], asDeployed);
    const [answer] = await Promise.race([once(triages, 'message'), failureOf(once(triages, 'exit'))]);
    const figures = answer as ClusterFigures;
    return { row: rowOf(size, figures), figures };
  } finally {
    server.disconnect();
  }
}

async function failureOf(exit: Promise<unknown[]>): Promise<never> {
  const [code] = await exit;
  throw new Error(`the process of the triages ended with status ${String(code)} before it told its figures`);
}

function rowOf({ nodes, podsPerNode }: ClusterSize, figures: ClusterFigures): ClusterRow {
  const { firstMs, indexMs, further, whileCold, whileWarm, peakMiB, bytes, podLists } = figures;
  return {
    nodes,
    pods: nodes * podsPerNode,
    'first diagnosis': rounded(firstMs),
    'all addresses known': rounded(indexMs),
    'further p50': rounded(percentile(further, 0.5)),
    'further p95': rounded(percentile(further, 0.95)),
    'further p99': rounded(percentile(further, 0.99)),
    'loop delay p99 until then': rounded(whileCold.delayP99Ms),
    'loop delay max until then': rounded(whileCold.delayMaxMs),
    'own work in a turn, max until then': rounded(whileCold.ownWorkMaxMs),
    'loop delay p99 after': rounded(whileWarm.delayP99Ms),
    'loop delay max after': rounded(whileWarm.delayMaxMs),
    'own work in a turn, max after': rounded(whileWarm.ownWorkMaxMs),
    'peak RSS, MiB': rounded(peakMiB),
    'sent for the first, MiB': rounded(bytes.first / 2 ** 20),
    'sent until all are known, MiB': rounded(bytes.index / 2 ** 20),
    'sent for a hundred more, MiB': rounded(bytes.hundred / 2 ** 20),
    'full pod lists': podLists,
  };
}
