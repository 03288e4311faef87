import { expect, test } from 'vitest';
import type { CauseId } from '../../../src/core/causes.ts';
import { classify, isStrong } from '../../../src/network/cni/classify.ts';
import { classifyAll } from '../../../src/network/cni/classify-log.ts';
import { postedTexts, type PostedText } from './posted-texts.ts';

/** What the text may mean, the likeliest first; of a log, what each of its lines may. */
function readingsOf({ where, text }: PostedText): readonly CauseId[] {
  const classified =
    where === 'log'
      ? classifyAll(text, { now: '2026-11-22T00:00:00Z' }).map(({ classification }) => classification)
      : [classify(text, { where }) ?? []].flat();
  return classified.flatMap(({ cause, alternatives }) => [cause, ...alternatives.map((alternative) => alternative.cause)]);
}

/** The operator's crash is the cause, and this line of the agent its consequence, which the causes' catalogue knows. */
const consequences: Readonly<Record<string, CauseId>> = { 'required IPv4 PodCIDR not available': 'node-pod-cidr-missing' };

test.each(postedTexts.filter(({ cause }) => cause !== null))('$id: $cause', (posted) => {
  expect(readingsOf(posted)).toContain(consequences[posted.text] ?? posted.cause);
});

test.each(postedTexts.filter(({ cause }) => cause === null))('$id is not of the network', (posted) => {
  const classification = classify(posted.text, { where: posted.where });

  expect(classification !== undefined && isStrong(classification, { count: 1, lastedMs: 60_000 })).toBe(false);
});
