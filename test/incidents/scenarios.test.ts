import { describe, expect, it } from 'vitest';
import { details } from '../../src/network/cni/details.ts';
import { causeIds } from '../../src/core/causes.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { Confidence } from '../../src/core/verdict.ts';
import { scenarios } from './scenarios/index.ts';
import { contractDetails } from './support/contract-details.ts';
import { playScenario } from './support/play-scenario.ts';
import type { Scenario } from './support/scenario.ts';

const order: readonly Confidence[] = ['possible', 'likely', 'certain'];

/** What of the expectation does not hold, in words; empty where all does. */
function misses({ outcome, rootCause, headline, symptoms }: Diagnosis, { expect: wanted }: Scenario): readonly string[] {
  const confidence = rootCause === null ? -1 : order.indexOf(rootCause.confidence);
  const said = `${headline}\n${rootCause?.summary ?? ''}`;
  const { subject } = wanted;
  const isName = (name: string): boolean => (typeof subject?.name === 'string' ? subject.name === name : subject?.name.test(name) === true);
  return [
    outcome === wanted.outcome ? undefined : `outcome ${outcome}`,
    rootCause?.id === wanted.cause ? undefined : `cause ${rootCause?.id ?? 'none'}`,
    wanted.detail === undefined || rootCause?.detail === wanted.detail ? undefined : `detail ${rootCause?.detail ?? 'none'}`,
    wanted.atLeast === undefined || confidence >= order.indexOf(wanted.atLeast) ? undefined : `only ${rootCause?.confidence ?? ''}`,
    wanted.atMost === undefined || confidence <= order.indexOf(wanted.atMost) ? undefined : `as much as ${rootCause?.confidence ?? ''}`,
    subject === undefined || (rootCause?.subject.kind === subject.kind && isName(rootCause.subject.name)) ? undefined : `subject ${JSON.stringify(rootCause?.subject)}`,
    ...(wanted.symptoms ?? []).map((id) => (symptoms.some((one) => one.id === id) ? undefined : `no symptom ${id}`)),
    wanted.says === undefined || wanted.says.test(said) ? undefined : `does not say ${String(wanted.says)}`,
  ].flatMap((one) => (one === undefined ? [] : [`${one}: ${said}`]));
}

describe('whole clusters', () => {
  it.each(scenarios.map((one) => [one.name, one] as const))('%s', async (_name, scenario) => {
    const { diagnosis } = await playScenario(scenario);
    expect(misses(diagnosis, scenario)).toEqual([]);
  });
});

describe('the scenarios', () => {
  it('have names of their own', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });

  it.each(causeIds)('tell %s on at least two plugins', (cause) => {
    const plugins = scenarios.filter(({ expect: wanted }) => wanted.cause === cause).map((one) => one.plugins[0]);
    expect(new Set(plugins).size).toBeGreaterThanOrEqual(2);
  });

  it.each(contractDetails)('tell %s/%s', (cause, detail) => {
    expect(scenarios.some(({ expect: wanted }) => wanted.cause === cause && wanted.detail === detail)).toBe(true);
  });

  it('know every detail that plugins can name', () => {
    const named = Object.entries(details).flatMap(([cause, list]) => list.map((detail) => `${cause}/${detail}`));
    expect(named.filter((one) => !contractDetails.some(([cause, detail]) => one === `${cause}/${detail}`))).toEqual([]);
  });
});
