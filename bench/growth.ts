import { measureCluster } from './cluster/measure-clusters.ts';
import { sampleIntake } from './intake.ts';
import { median, rounded } from './part.ts';
import type { Extent, Part } from './part.ts';
import { measureStorm } from './storm/measure-storms.ts';

/** How a cost grows while its load grows fourfold, and fourfold again. */
interface Growth extends Readonly<Record<string, string | number>> {
  readonly what: string;
  readonly '1x': number;
  readonly '4x': number;
  readonly '16x': number;
  /** Cost of one unit of load at 16x over that at 1x: 1 = in proportion, below 1 = cheaper the more there is. */
  readonly 'each at 16x / at 1x': number;
}

const steps = [1, 4, 16];

/** Bodies of 20, 80 and 320 alerts; storms of 100, 400 and 1,600; clusters of 312, 1,250 and 5,000 nodes. */
export async function measureGrowth(extent: Extent): Promise<Part> {
  const rows = [...(await ofIntake(extent)), ...(await ofStorms(extent)), ...(await ofClusters(extent))];
  return { name: 'growth', title: 'Growth: the cost at 1x, 4x and 16x of the load', rows, samples: rows };
}

function growth(what: string, costs: readonly number[]): Growth {
  const [one = Number.NaN, four = Number.NaN, sixteen = Number.NaN] = costs.map(rounded);
  return {
    what,
    '1x': one,
    '4x': four,
    '16x': sixteen,
    'each at 16x / at 1x': rounded((costs[2] ?? Number.NaN) / 16 / (costs[0] ?? Number.NaN)),
  };
}

async function ofIntake({ rounds, seconds }: Extent): Promise<readonly Growth[]> {
  const costs: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round += 1)
    for (const [at, step] of steps.entries()) {
      const body = 20 * step;
      const { intake } = await sampleIntake('always', { body, inFlight: 16 }, seconds);
      costs[at]?.push((body / intake) * 1_000);
    }
  return [growth('intake of one body of 20 alerts and more, ms (16 senders at once)', costs.map(median))];
}

async function ofStorms({ divisor }: Extent): Promise<readonly Growth[]> {
  const storms = [];
  for (const step of steps) storms.push((await measureStorm(Math.ceil((100 * step) / divisor), 'one')).row);
  return [
    growth(
      `storm of ${Math.ceil(100 / divisor)} alerts and more, last annotated, ms`,
      storms.map(({ last }) => last),
    ),
    growth(
      'the same, requests to the API server',
      storms.map((row) => row['API requests']),
    ),
    growth(
      'the same, Slack messages and edits',
      storms.map(({ posts, edits }) => posts + edits),
    ),
  ];
}

async function ofClusters({ divisor }: Extent): Promise<readonly Growth[]> {
  const all = [];
  for (const step of steps) {
    const nodes = Math.ceil((312.5 * step) / divisor);
    all.push((await measureCluster({ nodes, podsPerNode: 30, dualStack: true })).figures);
  }
  return [
    growth(
      `cluster of ${Math.ceil(312.5 / divisor) * 30} pods and more, first diagnosis, ms`,
      all.map(({ firstMs }) => firstMs),
    ),
    growth(
      'the same, all addresses known, ms',
      all.map(({ indexMs }) => indexMs),
    ),
    growth(
      'the same, a further diagnosis, median, ms',
      all.map(({ further }) => median(further)),
    ),
    growth(
      'the same, peak RSS, MiB',
      all.map(({ peakMiB }) => peakMiB),
    ),
    growth(
      'the same, MiB sent for the first diagnosis',
      all.map(({ bytes }) => bytes.first / 2 ** 20),
    ),
    growth(
      'the same, MiB sent for a hundred further',
      all.map(({ bytes }) => bytes.hundred / 2 ** 20),
    ),
  ];
}
