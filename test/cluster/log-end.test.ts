import { array, assert, boolean, integer, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logEnd } from '../../src/cluster/log-end.ts';

const lines = array(stringMatching(/^[a-zä]{0,12}$/), { maxLength: 20 });

describe('the end of a log', () => {
  it.each([
    ['a\nb\nc\n', { tailLines: 2 }, 'b\nc\n'],
    ['a\nb\nc', { tailLines: 2 }, 'b\nc'],
    ['a\nb\n', { tailLines: 9 }, 'a\nb\n'],
    ['a\nb\n', { tailLines: 0 }, ''],
    ['', { tailLines: 3 }, ''],
    ['aaaa\nbbbb\n', { limitBytes: 7 }, 'bbbb\n'],
    ['aaaaaaaa\n', { limitBytes: 4 }, 'aaa\n'],
    ['a\nb\nc\n', { tailLines: 2, limitBytes: 2 }, 'c\n'],
  ])('of %j within %o is %j', (text, bounds, expected) => {
    expect(logEnd(text, bounds)).toBe(expected);
  });

  it('is within its bounds and the end of the log, for any log', () => {
    assert(
      property(lines, boolean(), integer({ min: 1, max: 30 }), (all, isClosed, tailLines) => {
        const text = all.join('\n') + (isClosed && all.length > 0 ? '\n' : '');
        const end = logEnd(text, { tailLines });

        expect(text.endsWith(end)).toBe(true);
        expect(end.replace(/\n$/, '').split('\n').length).toBeLessThanOrEqual(tailLines);
      }),
    );
  });
});
