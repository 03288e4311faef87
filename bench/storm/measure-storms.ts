import type { Extent, Part } from '../part.ts';
import { measureSingles } from './singles.ts';
import { costs, shares } from './storm-row.ts';
import type { StormRow } from './storm-row.ts';
import { setStage } from './stage.ts';
import { slackFallsSilent, storm } from './storm.ts';
import type { Grouping } from './storm.ts';

const sizes = [100, 1_000, 5_000];
/** Longer ones tell the same by one of them. */
const longestRepeated = 1_000;

/** From the webhook to the annotation in a real Alertmanager, and to Slack: alerts alone, and storms of one cause. */
export async function measureStorms({ divisor, rounds }: Extent): Promise<Part> {
  const { row, samples } = await measureSingles(Math.ceil(30 / divisor));
  const rows: StormRow[] = [row];
  const all: unknown[] = [samples];
  for (const size of sizes)
    for (const grouping of ['one', 'each'] as const) {
      const measured: Awaited<ReturnType<typeof measureStorm>>[] = [];
      for (let round = 0; round < (size > longestRepeated ? 1 : rounds); round += 1)
        measured.push(await measureStorm(Math.ceil(size / divisor), grouping));
      const [middle] = measured.toSorted((one, other) => one.row.last - other.row.last).slice(Math.floor(measured.length / 2));
      if (middle !== undefined) rows.push(middle.row);
      all.push(...measured.map(({ annotatedAtMs }) => ({ size, grouping, annotatedAtMs })));
    }
  const title = 'Triage: milliseconds from the first webhook; alone each has a cause of its own, in a storm all have one';
  return { name: 'triage', title, rows, samples: all };
}

/** A storm over a cluster of 2,000 pods or more, with a service that has seen nothing yet. */
export async function measureStorm(
  alerts: number,
  grouping: Grouping,
): Promise<{ readonly row: StormRow; readonly annotatedAtMs: readonly number[] }> {
  await using stage = await setStage({ alerts });
  const { acceptedMs, annotatedAtMs, slackMs } = await storm(stage, grouping, 120_000);
  await slackFallsSilent(stage);
  const row = {
    alerts,
    webhooks: grouping === 'one' ? 1 : alerts,
    accepted: acceptedMs,
    ...shares(annotatedAtMs),
    'in Slack': slackMs,
    ...costs(stage),
  };
  return { row, annotatedAtMs };
}
