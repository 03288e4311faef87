import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordedTriage } from '../../src/webhook/recordings.ts';
import { replay } from '../support/replay.ts';

/**
 * Triages whose diagnosis somebody called wrong, and what it ought to have been (docs/feedback.md). The first one was recorded to
 * have an example: its diagnosis was right.
 */
const right: Readonly<Record<string, { readonly rootCause: string | null; readonly detail: string | null }>> = {
  'calico-node-crashes.json': { rootCause: 'cni-plugin-unhealthy', detail: 'crash-looping' },
};

const folder = join(import.meta.dirname, 'disputed');

describe('a diagnosis that was called wrong', () => {
  it.each(Object.entries(right))('%s is %j now', (file, { rootCause, detail }) => {
    const recorded = JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordedTriage;
    const found = replay(recorded).rootCause;
    expect([found?.id ?? null, found?.detail ?? null]).toEqual([rootCause, detail]);
  });

  it('is never recorded without saying what is right', () => {
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(right).toSorted());
  });
});
