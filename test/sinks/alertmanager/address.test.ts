import { describe, expect, it, test } from 'vitest';
import { parseAlertmanagerAddress, replicaAddresses } from '../../../src/sinks/alertmanager/address.ts';

const resolve = async (): Promise<readonly string[]> => ['10.0.0.2', 'fd00::2', '10.0.0.1', '10.0.0.2'];

async function basesOf(text: string): Promise<readonly string[]> {
  return (await replicaAddresses(parseAlertmanagerAddress(text), resolve)).map(({ base }) => base);
}

test('a plain URL keeps its path prefix and loses the slash at its end', async () => {
  expect(await basesOf('https://mimir.example/alertmanager/')).toEqual(['https://mimir.example/alertmanager']);
});

test('a dns entry is every address of the name, of both families, each once', async () => {
  expect(await basesOf('dns+http://alertmanager-operated:9093/am')).toEqual([
    'http://10.0.0.1:9093/am',
    'http://10.0.0.2:9093/am',
    'http://[fd00::2]:9093/am',
  ]);
});

test('a certificate is checked against the name of a dns entry, not the address', async () => {
  const [first] = await replicaAddresses(parseAlertmanagerAddress('dns+https://alertmanager:9093'), resolve);

  expect(first?.serverName).toBe('alertmanager');
});

test('credentials in a URL are used and kept out of the name', async () => {
  const [replica] = await replicaAddresses(parseAlertmanagerAddress('https://ann:p%40ss@am.example'), resolve);

  expect(replica).toEqual({ base: 'https://am.example', serverName: null, user: 'ann', password: 'p@ss' });
});

describe('an entry that is no address', () => {
  it.each(['alertmanager:9093', 'ftp://alertmanager', '', 'dns+alertmanager:9093', 'http://'])('is refused: %j', (text) => {
    expect(() => parseAlertmanagerAddress(text)).toThrow(/is not the address of an Alertmanager/);
  });

  it('does not show its password in the message', () => {
    expect(() => parseAlertmanagerAddress('gopher://ann:hunter22@alertmanager')).toThrow(/^((?!hunter22).)*$/);
  });
});
