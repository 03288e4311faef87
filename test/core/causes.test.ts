import { describe, expect, it } from 'vitest';
import { causeIds, causes, explains } from '../../src/core/causes.ts';

describe('the catalogue of causes', () => {
  it('explains nothing by itself, by however long a way', () => {
    const around = causeIds.filter((cause) => causes[cause].explains.some((next) => next === cause || explains(next, cause)));

    expect(around).toEqual([]);
  });

  it('explains by a chain what no single step explains', () => {
    expect(explains('node-pod-cidr-missing', 'node-network-unavailable')).toBe(true);
    expect(causes['ipam-state-corrupt'].explains).not.toContain('app-readiness-probe-failing');
    expect(explains('ipam-state-corrupt', 'app-readiness-probe-failing')).toBe(true);
  });

  it('names the 26 ids that users route by', () => {
    expect(causeIds).toHaveLength(26);
  });
});
