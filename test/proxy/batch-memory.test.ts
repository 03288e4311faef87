import { describe, expect, it } from 'vitest';
import { BatchMemory } from '../../src/proxy/batch-memory.ts';

const mib = 1024 * 1024;

describe('the memory of batches', () => {
  it('is given out to one at a time', () => {
    const memory = new BatchMemory();
    const [one, other] = [memory.take(100), memory.take(100)];
    expect(one.buffer).not.toBe(other.buffer);
  });

  it('is given out again once it was given back, also a part of it', () => {
    const memory = new BatchMemory();
    const one = memory.take(100);
    memory.giveBack(one.subarray(0, 10));
    expect(memory.take(200).buffer).toBe(one.buffer);
  });

  it('is as large as was asked for, whatever was given back', () => {
    const memory = new BatchMemory();
    memory.giveBack(memory.take(100));
    expect(memory.take(mib).length).toBeGreaterThanOrEqual(mib);
  });

  it('does not keep what was given for an unusual batch', () => {
    const memory = new BatchMemory();
    const large = memory.take(8 * mib);
    memory.giveBack(large);
    expect(memory.take(8 * mib).buffer).not.toBe(large.buffer);
  });
});
