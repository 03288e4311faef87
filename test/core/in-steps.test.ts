import { describe, expect, it } from 'vitest';
import { inSteps } from '../../src/core/in-steps.ts';
import type { InSteps } from '../../src/core/in-steps.ts';

interface Sum {
  readonly of: readonly number[];
  readonly total: number;
}

/** A sum that takes a step for each number, and the numbers that were added so far, in the order of the steps. */
function summing(added: number[] = []): InSteps<readonly number[], Sum> {
  return inSteps(function* (numbers: readonly number[]) {
    let total = 0;
    for (const one of numbers) {
      if (one < 0) throw new RangeError(`${one} is below 0`);
      added.push(one);
      total += one;
      yield;
    }
    return { of: numbers, total };
  });
}

describe('what is worked out in steps', () => {
  it('is the same at once and step by step', () => {
    const [gradual, numbers] = [summing(), [1, 2, 3]];

    expect([...gradual.stepwise(numbers)]).toHaveLength(3);
    expect(gradual.of(numbers)).toEqual(summing().of(numbers));
  });

  it('is kept: the same object gives the same answer without another step', () => {
    const added: number[] = [];
    const [sum, numbers] = [summing(added), [1, 2]];

    expect(sum.of(numbers)).toBe(sum.of(numbers));
    expect([...sum.stepwise(numbers)]).toEqual([]);
    expect(added).toEqual([1, 2]);
  });

  it('is not kept for another object that looks alike', () => {
    const sum = summing();

    expect(sum.of([1])).not.toBe(sum.of([1]));
  });

  it('is whole for who asks in the middle, and nothing is done twice', () => {
    const added: number[] = [];
    const [sum, numbers] = [summing(added), [1, 2, 3]];
    const steps = sum.stepwise(numbers);
    steps.next();

    expect(sum.of(numbers).total).toBe(6);
    expect(steps.next().done).toBe(true);
    expect(added).toEqual([1, 2, 3]);
  });

  it('goes on for several who take turns', () => {
    const added: number[] = [];
    const [sum, numbers] = [summing(added), [1, 2, 3]];
    const [one, other] = [sum.stepwise(numbers), sum.stepwise(numbers)];
    for (const steps of [one, other, one, other]) steps.next();

    expect(added).toEqual([1, 2, 3]);
    expect(sum.of(numbers).total).toBe(6);
  });

  it('fails for each who asks where it cannot be worked out', () => {
    const [sum, numbers] = [summing(), [1, -1]];

    expect(() => sum.of(numbers)).toThrow('-1 is below 0');
    expect(() => sum.of(numbers)).toThrow('-1 is below 0');
    expect(() => [...sum.stepwise(numbers)]).toThrow('-1 is below 0');
  });
});
