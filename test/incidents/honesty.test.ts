import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { blinded, blindnesses } from './support/blinded-reader.ts';
import { letHappen, playScenario } from './support/play-scenario.ts';
import type { TestCluster } from './support/test-cluster.ts';
import { scenarios } from './scenarios/index.ts';

const named = scenarios.map((one) => [one.name, one] as const);

/** Causes that are true of the incident: the root cause and what it brings about. */
function truth({ rootCause, symptoms }: Diagnosis): ReadonlySet<string> {
  return new Set([...(rootCause === null ? [] : [rootCause.id]), ...symptoms.map(({ id }) => id)]);
}

/** What is claimed falsely where one kind of evidence could not be read: a certain cause that is none, or that all is well. */
function falsehoods(full: Diagnosis, blind: Diagnosis): readonly string[] {
  const { rootCause, outcome } = blind;
  return [
    ...(rootCause?.confidence === 'certain' && !truth(full).has(rootCause.id) ? [`certain of ${rootCause.id}`] : []),
    ...(outcome === 'recovered' && full.outcome === 'root-cause' ? ['all is well'] : []),
  ];
}

describe('nothing false is certain where one kind of evidence may not be read, and the same look finds the same', () => {
  it.each(named)('%s', async (_name, scenario) => {
    await using happened = await letHappen(scenario, { layout: 'one-file' });
    const { diagnosis: full } = await happened.look();
    expect(said((await happened.look()).diagnosis)).toEqual(said(full));
    const blind = await Promise.all(blindnesses.map(async (one) => ({ one, diagnosis: (await happened.look({ through: (reader) => blinded(reader, one) })).diagnosis })));
    expect(blind.flatMap(({ one, diagnosis }) => falsehoods(full, diagnosis).map((claim) => `without ${one.name}: ${claim}`))).toEqual([]);
  });
});

describe('what could not be read', () => {
  const stuck = scenarios.find(({ name }) => name.includes('the Service address of the API server'));

  it.each(blindnesses.map((one) => [one.name, one] as const))('leaves the rules that need it unknown, and is listed: %s', async (_name, { rules, unchecked, ...blindness }) => {
    if (stuck === undefined) throw new Error('the scenario is not there any more');
    await using happened = await letHappen(stuck);
    const { diagnosis } = await happened.look({ through: (reader) => blinded(reader, { rules, unchecked, ...blindness }) });
    const verdicts = new Map(diagnosis.rules.map(({ runbook, number, verdict }) => [`${runbook} ${number}`, verdict]));
    expect(rules.filter((rule) => verdicts.get(rule) !== 'unknown')).toEqual([]);
    expect(diagnosis.unchecked.filter(({ what, why, command }) => unchecked.test(what) && why.includes('403') && command !== '')).not.toEqual([]);
  });
});

/** Everything but the id and times of the triage itself, and the directory that the snapshot lay in. */
function said({ id: _id, startedAt: _startedAt, durationMs: _durationMs, steps, ...rest }: Diagnosis): unknown {
  const text = JSON.stringify({ ...rest, steps: steps.map(({ durationMs: _duration, ...step }) => step) });
  return JSON.parse(text.replaceAll(/[^ "]*incident-\w+/g, 'DIR'));
}

describe('in any order of its objects, the cluster gives the same root cause', () => {
  it.each(named)('%s', async (_name, scenario) => {
    const { diagnosis: one } = await playScenario(scenario, { layout: 'one-file' });
    const { diagnosis: shuffled } = await playScenario(scenario, { layout: 'one-file', change: shuffle });
    const brief = ({ outcome, rootCause }: Diagnosis): unknown => ({ outcome, id: rootCause?.id, detail: rootCause?.detail, confidence: rootCause?.confidence });
    expect(brief(shuffled)).toEqual(brief(one));
  });
});

/** A fixed shuffle: the objects by a number made of their place. */
function shuffle({ objects }: TestCluster): void {
  const keyed = objects.map((object, index) => ({ object, key: (index * 2_654_435_761) % 4_294_967_291 }));
  objects.splice(0, objects.length, ...keyed.toSorted((a, b) => a.key - b.key).map(({ object }) => object));
}
