import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertSpans } from '../../src/proxy/alert-spans.ts';

const spansIn = (text: string): readonly string[] => {
  const json = Buffer.from(text);
  return [...alertSpans(json)].map(({ from, to }) => json.toString('utf8', from, to));
};

describe('the objects of an array', () => {
  it('are all there, in their order, whatever they hold and however it is written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (values, space) => {
        const objects = values.filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
        expect(spansIn(JSON.stringify(values, null, space)).map((text) => JSON.parse(text) as unknown)).toEqual(
          JSON.parse(JSON.stringify(objects)),
        );
      }),
    );
  });

  it.each([
    ['a quote that is escaped', String.raw`{"a":"\"}"}`],
    ['a backslash that is escaped', String.raw`{"a":"\\"}`],
    ['braces in texts', '{"a":"}]","{":1}'],
    ['characters of several bytes', '{"é":"日本"}'],
  ])('end where they end after %s', (_, object) => {
    expect(spansIn(`[${object},{}]`)).toEqual([object, '{}']);
  });

  it.each([
    ['an object', '{"a":{}}'],
    ['nothing', ''],
    ['a text that never ends', '["{}'],
    ['an object that never ends', '[{"a":{}'],
    ['an array of arrays', '[[{}]]'],
    ['what stands behind an array', '[],[{}]'],
  ])('are none in %s', (_, text) => {
    expect(spansIn(text)).toEqual([]);
  });
});
