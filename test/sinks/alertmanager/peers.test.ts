import { expect, test } from 'vitest';
import { missingPeers } from '../../../src/sinks/alertmanager/peers.ts';

const status = (peers: number | null): { version: string; peers: number | null; config: string } => ({
  version: '0.25.0',
  peers,
  config: '',
});

test('a cluster with more members than replicas in the list is warned of, with both numbers', () => {
  expect(missingPeers([status(3), status(3)], 2)?.what).toMatch(/3 members.*leads to 2/);
});

test.each([
  ['all members are in the list', [status(2), status(2)], 2],
  ['clustering is off', [status(null)], 1],
  ['nobody answered', [], 2],
])('nothing is wrong when %s', (_, statuses, replicas) => {
  expect(missingPeers(statuses, replicas)).toBeNull();
});
