import { parseDuration } from './duration.ts';
import type { Reading } from './environment.ts';
import { WrongValue } from './mistakes.ts';
import { Secret } from './secret.ts';

/** A duration in milliseconds within bounds that are themselves written as durations. */
export function durationBetween(least: string, most: string, example: string): Reading<number> {
  const leastMs = parseDuration(least) ?? 0;
  const mostMs = parseDuration(most) ?? Number.MAX_SAFE_INTEGER;
  return {
    example,
    parse: (text) => {
      const ms = parseDuration(text);
      if (ms === undefined) throw new WrongValue('is not a duration (a number with ms, s, m, h, d or w)');
      if (ms < leastMs || ms > mostMs) throw new WrongValue(`is not between ${least} and ${most}`);
      return ms;
    },
  };
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number, example: string): Reading<number> {
  return {
    example,
    parse: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= least && value <= most)) throw new WrongValue(`is not a whole number from ${least} to ${most}`);
      return value;
    },
  };
}

/** One of a few words. */
export function oneOf<T extends string>(words: readonly T[], example: T): Reading<T> {
  return {
    example,
    parse: (text) => {
      const found = words.find((word) => word === text);
      if (found === undefined) throw new WrongValue(`is none of ${words.join(', ')}`);
      return found;
    },
  };
}

/** Any text that is one word. */
export function word(example: string): Reading<string> {
  return {
    example,
    parse: (text) => {
      if (/\s/.test(text)) throw new WrongValue('must not contain spaces');
      return text;
    },
  };
}

/** A token as `Authorization: Bearer` carries it; with a space or a line break in it nobody could ever present it. */
export function token(example: string): Reading<Secret> {
  return {
    example,
    parse: (text) => {
      if (!/^[\x21-\x7e]+$/.test(text))
        throw new WrongValue('must be one word of ASCII letters, digits and signs, as an HTTP header takes it');
      return new Secret(text);
    },
  };
}
