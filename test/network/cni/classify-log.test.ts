import { describe, expect, it } from 'vitest';
import { classifyAll } from '../../../src/network/cni/classify-log.ts';
import { parseLogLine } from '../../../src/network/cni/log-line.ts';

const now = '2026-02-11T02:10:00Z';
const causes = (log: string): readonly string[] => classifyAll(log, { now }).map(({ classification }) => classification.cause);

describe('parseLogLine', () => {
  it.each([
    ['klog, with the year of the present', 'E0211 02:04:21.359364       1 main.go:251] odd', '2026-02-11T02:04:21.359Z'],
    ['klog of the past year', 'E1231 23:59:59.000000       1 main.go:251] odd', '2025-12-31T23:59:59.000Z'],
    [
      "kubectl's prefix, which wins over the line's own time",
      '2026-02-11T02:05:00.123456789Z E0211 02:04:21.359364 1 main.go:251] odd',
      '2026-02-11T02:05:00.123Z',
    ],
    ['Calico', '2026-02-11 02:04:47.807 [INFO][436] confd/health.go 180: odd', '2026-02-11T02:04:47.807Z'],
    ["Go's own log", '2026/02/11 02:04:47 odd', '2026-02-11T02:04:47.000Z'],
    ['logfmt', 'time="2026-02-11T03:04:47+01:00" level=info msg=odd', '2026-02-11T02:04:47.000Z'],
    ['JSON with a time', '{"level":"error","ts":"2026-02-11T02:04:47.807Z","msg":"odd"}', '2026-02-11T02:04:47.807Z'],
    ['JSON with seconds', '{"level":"error","ts":1770775487.5,"msg":"odd"}', '2026-02-11T02:04:47.500Z'],
    ["Docker's log file", '{"log":"odd\\n","stream":"stderr","time":"2026-02-11T02:04:47.807566371Z"}', '2026-02-11T02:04:47.807Z'],
    ["containerd's own log", 'ERRO[2026-02-11T02:04:47.807165483Z] odd', '2026-02-11T02:04:47.807Z'],
    ['the log file of a CRI', '2026-02-11T02:04:47.807165483Z stderr F odd', '2026-02-11T02:04:47.807Z'],
    ['no time at all', 'Failed to get peers', null],
    ['a date that is none', '2026-13-45 99:99:99.000 odd', null],
  ])('%s', (_, line, expected) => {
    expect(parseLogLine(line, now).at).toBe(expected);
  });

  it('the prefix of kubectl is no part of the text', () => {
    expect(parseLogLine('2026-02-11T02:05:00.123456789Z Failed to get peers', now).text).toBe('Failed to get peers');
  });
});

describe('classifyAll', () => {
  it('returns the lines that name a cause, with their times and places', () => {
    const log = [
      'I0211 02:04:20.000000       1 main.go:200] Determining IP address of default interface',
      'E0211 02:04:21.359364       1 main.go:251] Error registering network: failed to acquire lease: node "a" pod cidr not assigned',
      'I0211 02:04:22.000000       1 main.go:300] Stopping shutdownHandler...',
    ].join('\n');

    expect(classifyAll(log, { now })).toMatchObject([
      { index: 1, at: '2026-02-11T02:04:21.359Z', classification: { cause: 'node-pod-cidr-missing' } },
    ]);
  });

  it('reads a message that was broken over lines, also behind prefixes', () => {
    const log = [
      '2026-02-11T02:04:00Z 2026-02-11 02:04:00.100 [INFO][8] startup/startup.go 374: Hit error connecting to ',
      '2026-02-11T02:04:00Z datastore - retry error=Get https://169.169.0.1:443/api/v1/nodes/foo: dial tcp ',
      '2026-02-11T02:04:00Z 169.169.0.1:443: i/o timeout',
    ].join('\n');

    expect(classifyAll(log, { now })).toMatchObject([
      { index: 0, at: '2026-02-11T02:04:00.000Z', classification: { cause: 'cni-datastore-unreachable', detail: 'api-server-timeout' } },
    ]);
  });

  it('gives each of several lines without times its own cause', () => {
    expect(causes('Failed to get peers\nUnable to fetch ConfigMap kube-system/weave-net\nFailed to get peers')).toEqual([
      'cni-datastore-unreachable',
      'cni-datastore-unreachable',
      'cni-datastore-unreachable',
    ]);
  });

  it('a line without a time takes that of the entry it belongs to', () => {
    const log = '2026-02-11 02:04:47.807 [INFO][4] x.go 1: start\nbird: BGP: Unexpected connect from unknown address 10.0.0.9 (port 1)';

    expect(classifyAll(log, { now })).toMatchObject([{ at: '2026-02-11T02:04:47.807Z' }]);
  });

  it('passes over what is harmless, and over empty logs', () => {
    expect(causes('')).toEqual([]);
    expect(
      causes(
        'W0211 02:04:21.359364       5 client_config.go:608] Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.',
      ),
    ).toEqual([]);
  });

  it('finds no cause in 2,000 ordinary lines of a known plugin', () => {
    const line =
      '2026-02-11 02:04:47.807 [INFO][436] felix/summary.go 100: Summarising 11 dataplane reconciliation loops over 1m2.8s: avg=5ms longest=11ms ()';
    const log = Array.from({ length: 2_000 }, () => line).join('\n');

    expect(classifyAll(log, { now, plugin: 'calico' })).toEqual([]);
  }, 20_000);
});
