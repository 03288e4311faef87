import { expect, test } from 'vitest';
import { equalityFilters, oneOfFilter } from '../../../src/sinks/alertmanager/filters.ts';

test('an equality filter escapes what would end the value', () => {
  expect(equalityFilters({ pod: 'a"b\\c\nd' })).toEqual(['pod="a\\"b\\\\c\\nd"']);
});

test('a value that was masked is not asked for, because Alertmanager knows the real one', () => {
  expect(equalityFilters({ pod: 'a', url: 'http://user:[masked]@shop', token: '[masked]' })).toEqual(['pod="a"']);
});

test('a label name outside the classic set is quoted', () => {
  expect(equalityFilters({ 'k8s.io/name': 'x' })).toEqual(['"k8s.io/name"="x"']);
});

test('a filter over several values takes them as texts, not as patterns', () => {
  expect(oneOfFilter('alertname', ['Kube.Pod', 'A|B'])).toBe('alertname=~"Kube\\\\.Pod|A\\\\|B"');
});
