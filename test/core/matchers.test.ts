import { describe, expect, it } from 'vitest';
import { matchesAll, MatcherSyntaxError, parseMatchers } from '../../src/core/matchers.ts';

const match = (text: string, labels: Record<string, string>): boolean => matchesAll(parseMatchers(text), labels);

describe('what a list of matchers accepts', () => {
  it.each([
    ['severity="critical"', { severity: 'critical' }, true],
    ['severity="critical"', { severity: 'warning' }, false],
    ['severity=critical', { severity: 'critical' }, true],
    ['severity!="critical"', {}, true],
    ['severity=""', {}, true],
    ['severity!=""', {}, false],
    ['namespace=~"shop.*"', { namespace: 'shop-eu' }, true],
    ['namespace=~"shop"', { namespace: 'shop-eu' }, false],
    ['namespace=~"shop|web"', { namespace: 'web' }, true],
    ['namespace=~"shop|web"', { namespace: 'webshop' }, false],
    ['namespace!~"kube-.*"', { namespace: 'shop' }, true],
    ['namespace!~"kube-.*"', { namespace: 'kube-system' }, false],
    ['namespace=~".*"', {}, true],
    ['team=~"(?i)SRE"', { team: 'sre' }, true],
    ['team=~"(?P<a>x)y"', { team: 'xy' }, true],
    [String.raw`pod=~"web-\d+"`, { pod: 'web-12' }, true],
    [String.raw`pod=~"web-\\d+"`, { pod: 'web-12' }, true],
    [String.raw`text="a \"b\" \\ c\nd"`, { text: 'a "b" \\ c\nd' }, true],
    ['"k8s.io/name"="x"', { 'k8s.io/name': 'x' }, true],
    ['{a="1", b="2"}', { a: '1', b: '2' }, true],
    ['{a="1",b="2",}', { a: '1', b: '3' }, false],
    [' a = "1" , b =~ "2|3" ', { a: '1', b: '3' }, true],
    ['a="x,y"', { a: 'x,y' }, true],
    ['{}', { anything: 'x' }, true],
    ['constructor=""', {}, true],
    ['__proto__=""', {}, true],
  ])('%s against %j is %s', (text, labels, expected) => {
    expect(match(text, labels as Record<string, string>)).toBe(expected);
  });
});

describe('what is not a list of matchers', () => {
  it.each([
    ['', 'expected a matcher'],
    ['severity', 'expected one of =, !=, =~, !~ at the end'],
    ['severity=="x"', 'expected a value at "="x""'],
    ['severity="x', 'the closing quote is missing'],
    ['a="1" b="2"', 'expected "," between matchers at "b="2""'],
    ['{a="1"', 'expected "," or the closing "}" at the end'],
    ['a="1"}', 'expected "," between matchers'],
    ['=~"x"', 'expected a label name'],
    ['""="x"', 'a label name must not be empty'],
    ['a=~"("', 'is not a regular expression'],
    ['a=~"(?=x)"', '"(?=" is not understood'],
    [String.raw`a=~"(x)\1"`, String.raw`"\1" is not understood`],
  ])('%s: %s', (text, problem) => {
    expect(() => parseMatchers(text)).toThrow(MatcherSyntaxError);
    expect(() => parseMatchers(text)).toThrow(problem);
  });
});
