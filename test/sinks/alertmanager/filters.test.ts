import { describe, expect, it, test } from 'vitest';
import { masked } from '../../../src/core/redact.ts';
import { equalityFilters, filtersForAll, oneOfFilter } from '../../../src/sinks/alertmanager/filters.ts';

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

describe('the filters for several alerts at once', () => {
  const pod = (namespace: string, name: string): Record<string, string> => ({ alertname: 'KubePodNotReady', namespace, pod: name });

  it('name the values that tell them apart', () => {
    expect(filtersForAll([pod('shop', 'a.1'), pod('shop', 'b')])).toEqual([
      'alertname=~"KubePodNotReady"',
      'namespace=~"shop"',
      String.raw`pod=~"a\\.1|b"`,
    ]);
  });

  it('leave out what one of them lacks, what was masked, and what has many values', () => {
    expect(filtersForAll([pod('shop', 'a'), { alertname: 'KubeNetworkPluginError', namespace: `x-${masked}` }])).toEqual([
      'alertname=~"KubePodNotReady|KubeNetworkPluginError"',
    ]);
    expect(filtersForAll(Array.from({ length: 21 }, (_, index) => pod('shop', `p${index}`)))).toHaveLength(2);
  });

  it('of one are its labels', () => {
    expect(filtersForAll([{ alertname: 'A', uid: '1' }])).toEqual(equalityFilters({ alertname: 'A', uid: '1' }));
  });
});
