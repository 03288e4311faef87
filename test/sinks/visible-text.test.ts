import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, listed, oneLine, visibleText } from '../../src/sinks/visible-text.ts';

describe('visible text', () => {
  it.each([
    ['\u001B[31merror\u001B[0m', 'error'],
    ['a\u001B]0;title\u0007b', 'ab'],
    ['\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\', 'link'],
    ['left\u202Egnp.exe', 'left⟨U+202E⟩gnp.exe'],
    ['registry/\u200Bapp:1', 'registry/⟨U+200B⟩app:1'],
    ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['\u0000\u0007', '⟨U+0000⟩⟨U+0007⟩'],
    ['\uD800', '\uFFFD'],
    ['tab\tstays ❤️', 'tab\tstays ❤️'],
  ])('of %j is %j', (text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });

  it('shows what follows an escape sequence that never ends', () => {
    expect(visibleText('\u001B]0;never closed, so it must not be swallowed')).toContain('must not be swallowed');
  });

  it.each(['\u001B]', '\u001B[1;', '\u001B]8;', '\u202E'])(
    'comes to an end with 100 kB of %j',
    (part) => {
      expect(visibleText(part.repeat(100_000 / part.length))).not.toContain('\u001B');
    },
    10_000,
  );
});

describe('a cut text', () => {
  it('is never longer than its limit and never ends in half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 50 }), (text, limit) => {
        const shortened = cut(text, limit);

        expect(shortened.length).toBeLessThanOrEqual(Math.max(limit, 1));
        expect(shortened.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('one line', () => {
  it('holds no line end and no double space', () => {
    expect(oneLine(' a\n\n b\t c ')).toBe('a b c');
  });
});

describe('a list', () => {
  it('says how many it leaves out', () => {
    expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  });
});
