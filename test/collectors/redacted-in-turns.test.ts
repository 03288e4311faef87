import { describe, expect, it } from 'vitest';
import { redactedInTurns } from '../../src/collectors/redacted-in-turns.ts';
import { redactObject } from '../../src/core/redact.ts';

const harmless = Array.from({ length: 1_001 }, (_, place) => ({ name: `pod-${place}`, message: 'is Ready' }));

describe('a long list of evidence', () => {
  it('is masked like a short one, in every part of it', async () => {
    const secret = harmless.map((item, place) => (place % 400 === 399 ? { ...item, message: 'password=hunter2' } : item));
    expect(await redactedInTurns(secret)).toEqual(redactObject(secret));
    expect(JSON.stringify(await redactedInTurns(secret))).not.toContain('hunter2');
  });

  it('is the same list as before where nothing had to be masked', async () => {
    expect(await redactedInTurns(harmless)).toBe(harmless);
  });

  it('of arguments is masked as a whole, since a flag may be the last of one part and its value the first of the next', async () => {
    const padding = Array.from({ length: 249 }, (_, place) => `--verbose-${place}`);
    expect(await redactedInTurns([...padding, '--password', 'hunter2', 'serve'])).toEqual([...padding, '--password', '[masked]', 'serve']);
  });
});
