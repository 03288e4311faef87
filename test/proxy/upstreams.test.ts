import { expect, test } from 'vitest';
import { openUpstreams } from '../../src/proxy/upstreams.ts';
import { parseAlertmanagerAddress } from '../../src/sinks/alertmanager/address.ts';

const entries = ['dns+http://alertmanager:9093', 'http://am.example:9093'].map(parseAlertmanagerAddress);
const common = { access: {}, ca: null, onUnresolved: () => undefined, lookEveryMs: 20 };

test('names are looked up again and again: what they lead to comes and goes', async () => {
  const answers = [['10.0.0.1'], ['10.0.0.1', '10.0.0.2'], ['10.0.0.2']];
  await using upstreams = await openUpstreams(entries, { ...common, resolve: async () => answers.shift() ?? ['10.0.0.2'] });
  const names = (): readonly string[] =>
    upstreams
      .current()
      .map(({ name }) => name)
      .toSorted();

  expect(names()).toEqual(['http://10.0.0.1:9093', 'http://am.example:9093']);
  await expect.poll(names).toEqual(['http://10.0.0.2:9093', 'http://am.example:9093']);
});

test('a name that cannot be looked up any more keeps what it led to', async () => {
  const answers = [['10.0.0.1']];
  const unresolved: string[] = [];
  const resolve = async (): Promise<readonly string[]> => answers.shift() ?? Promise.reject(new Error('ENOTFOUND'));
  await using upstreams = await openUpstreams(entries, { ...common, resolve, onUnresolved: (host) => unresolved.push(host) });

  await expect.poll(() => unresolved.length).toBeGreaterThan(1);
  expect(upstreams.current().map(({ name }) => name)).toContain('http://10.0.0.1:9093');
});

test('a name whose look-up hangs keeps no alert from the others, and is not looked up a second time meanwhile', async () => {
  let asked = 0;
  const resolve = async (): Promise<readonly string[]> => {
    asked += 1;
    return new Promise<never>(() => undefined);
  };
  await using upstreams = await openUpstreams(entries, { ...common, resolve });

  expect(upstreams.current().map(({ name }) => name)).toEqual(['http://am.example:9093']);
  expect(asked).toBe(1);
});
