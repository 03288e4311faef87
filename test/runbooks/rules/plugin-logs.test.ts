import { expect, test } from 'vitest';
import { classifiedOn } from '../../../src/runbooks/rules/plugin-logs.ts';
import { containerLog } from '../../support/container-log.ts';

const timesIn = (text: string, now: string) =>
  classifiedOn(now)
    .of(containerLog(text))
    .map(({ at }) => at);

test('a line in the local time of a node is of this year, whoever read another log earlier on that day', () => {
  const line = 'E0315 01:00:00.000000       1 ipam.go:1] no more free addresses in pool';
  timesIn(line, '2026-03-14T00:01:00Z');

  expect(timesIn(line, '2026-03-14T12:00:00Z')).toEqual(['2026-03-15T01:00:00.000Z']);
});

test('a line without a year that would be in the future is of the year before', () => {
  const line = 'E1231 23:00:00.000000       1 ipam.go:1] no more free addresses in pool';

  expect(timesIn(line, '2026-03-14T12:00:00Z')).toEqual(['2025-12-31T23:00:00.000Z']);
});
