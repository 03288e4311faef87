import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyDiagnosis, sampleDiagnoses } from '../support/diagnoses.ts';
import { pageFaults } from './page-faults.ts';
import { slackFaults } from './slack-faults.ts';
import { markdownFaults, terminalFaults } from './text-faults.ts';

/** Every medium: what would break or deceive there, of all that is shown of one diagnosis. */
const media = { slack: slackFaults, 'web pages': pageFaults, terminal: terminalFaults, markdown: markdownFaults };

describe.each(Object.entries(media))('%s', (_, faults) => {
  it.each(Object.entries(sampleDiagnoses))('keeps to its limits and escapes what it shows of %s', (_, diagnosis) => {
    expect(faults(diagnosis)).toEqual([]);
  });

  it('keeps to its limits and escapes whatever a diagnosis holds', () => {
    fc.assert(
      fc.property(anyDiagnosis, (diagnosis) => {
        expect(faults(diagnosis)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
