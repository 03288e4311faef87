import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import type { Alert } from '../../src/core/alert.ts';
import { writeKubeconfig } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { examine } from '../../src/workers/examine.ts';
import type { Examined } from '../../src/workers/examine.ts';
import type { Asked } from './large-api.ts';
import { podPlan } from './plan.ts';
import type { ClusterSize } from './plan.ts';
import { watchTurns } from './turns-taken.ts';

// The first triage of a process in a large cluster, those until all pods are known, and a hundred after them.
// Given: the API server's URL and the size; gives its figures over the channel to its parent.

/** How long the event loop did nothing else, and how much of it was work of its own thread: the rest, others had the CPU. */
interface LoopFigures {
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly ownWorkMaxMs: number;
}

/** What the process tells its parent; times in milliseconds. */
export interface ClusterFigures {
  readonly firstMs: number;
  /** What the first triage had to do without. */
  readonly firstMissing: readonly string[];
  readonly outcome: string;
  /** Until the addresses of all pods, of both families, were known. */
  readonly indexMs: number;
  /** The triages from the first on until then. */
  readonly meanwhile: readonly number[];
  /** The hundred after it. */
  readonly further: readonly number[];
  readonly whileCold: LoopFigures;
  readonly whileWarm: LoopFigures;
  readonly peakMiB: number;
  /** Bytes that the API server sent. */
  readonly bytes: { readonly first: number; readonly index: number; readonly hundred: number };
  readonly podLists: number;
}

const [, , url = '', sizeText = '{}'] = process.argv;
const size = JSON.parse(sizeText) as ClusterSize;
const cluster = await connectCluster({ kubeconfig: await writeKubeconfig(url) });
const view = new ClusterView({ maxAgeMs: 30_000 });
const pods = size.nodes * size.podsPerNode;

const asked = async (): Promise<Asked> => (await (await fetch(`${url}/asked`)).json()) as Asked;
const delays = monitorEventLoopDelay({ resolution: 5 });
const turns = watchTurns();

const betweenMs = 200;

let next = 0;
async function triage(): Promise<Examined & { readonly ms: number }> {
  const { namespace, name } = podPlan(size, (next * 7919) % pods);
  next += 1;
  const alert: Alert = {
    alertname: 'KubePodNotReady',
    fingerprint: null,
    status: 'firing',
    startsAt: new Date(Date.now() - 3_600_000).toISOString(),
    endsAt: null,
    labels: { alertname: 'KubePodNotReady', namespace, pod: name },
    annotations: {},
    generatorUrl: '',
  };
  const started = performance.now();
  const examined = await examine(alert, { cluster, clusterName: null, view, signal: AbortSignal.timeout(20_000), patienceMs: 1_500 });
  return { ...examined, ms: performance.now() - started };
}

function loopFigures(): LoopFigures {
  const figures = { delayP99Ms: delays.percentile(99) / 1e6, delayMaxMs: delays.max / 1e6, ownWorkMaxMs: turns.longestMs() };
  delays.reset();
  turns.forget();
  return figures;
}

const peakMiB = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;

await fetch(`${url}/forget`);
delays.enable();
turns.forget();
const started = performance.now();
const first = await triage();
const afterFirst = await asked();
let last = first;
const meanwhile: number[] = [];
while (last.recording['podRows']?.status !== 'collected' && performance.now() - started < 120_000) {
  // Alerts that come now and then; without a pause the triages would keep the list from being read.
  await wait(betweenMs);
  last = await triage();
  meanwhile.push(last.ms);
}
const indexMs = performance.now() - started;
const whileCold = loopFigures();
const afterIndex = await asked();
const further: number[] = [];
for (let count = 0; count < 100; count += 1) further.push((await triage()).ms);
const whileWarm = loopFigures();
const afterHundred = await asked();

const figures: ClusterFigures = {
  firstMs: first.ms,
  firstMissing: Object.entries(first.recording).flatMap(([name, it]) => (it.status === 'missing' && it.reason === 'timeout' ? [name] : [])),
  outcome: first.diagnosis.outcome,
  indexMs,
  meanwhile,
  further,
  whileCold,
  whileWarm,
  peakMiB: peakMiB(),
  bytes: { first: afterFirst.bytes, index: afterIndex.bytes, hundred: afterHundred.bytes - afterIndex.bytes },
  podLists: afterHundred.podLists,
};
process.send?.(figures);
await cluster.close();
process.disconnect?.();
