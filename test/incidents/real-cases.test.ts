import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnoseCluster } from './support/diagnose-cluster.ts';
import { isPlayable, playCase } from './support/play-case.ts';
import type { RealCase } from './support/play-case.ts';
import { stagings } from './support/staging.ts';

const cases = readFileSync(new URL('real/cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RealCase);

describe.each(stagings)('real incidents, staged $name', (staging) => {
  it.each(cases.filter(isPlayable).map((one) => [one.id, one] as const))('%s', async (_id, one) => {
    const { cluster, alert } = playCase(one, staging);
    const { diagnosis } = await diagnoseCluster(cluster, alert, { layout: staging.layout });
    expect({ cause: diagnosis.rootCause?.id ?? 'not-a-fault', headline: diagnosis.headline }).toEqual({ cause: one.cause, headline: diagnosis.headline });
    expect(diagnosis.outcome === 'root-cause').toBe(one.cause !== 'not-a-fault');
  });
});
