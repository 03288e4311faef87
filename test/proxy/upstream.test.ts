import { expect, test } from 'vitest';
import { openUpstream } from '../../src/proxy/upstream.ts';
import { parseAlertmanagerAddress, replicaAddresses } from '../../src/sinks/alertmanager/address.ts';
import { startReceiver } from '../support/receiver.ts';

test('an Alertmanager that does not answer in time fails in plain words', async () => {
  await using hanging = await startReceiver<unknown>({ answer: () => new Promise<never>(() => undefined) });
  const [address] = await replicaAddresses(parseAlertmanagerAddress(hanging.url), async () => []);
  if (address === undefined) throw new Error('no address');
  const upstream = openUpstream(address, { access: {}, ca: null, timeoutMs: 200 });

  await expect(upstream.post({ body: Buffer.from('[]'), headers: {} })).rejects.toThrow('no answer within 0.2 s');
  await upstream.close();
});
