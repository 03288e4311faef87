import { expect, test } from 'vitest';
import { forwardedHeaders } from '../../src/proxy/headers.ts';

test('what a source sends is forwarded, tenant and authorization among it', () => {
  const sent = {
    'content-type': 'application/json',
    'user-agent': 'Prometheus/3.5.3',
    authorization: 'Bearer theirs',
    'x-scope-orgid': 'team-a',
    'x-custom': 'kept',
  };
  expect(forwardedHeaders(sent, {})).toEqual(sent);
});

test('configured authorization and tenant take the place of those that came', () => {
  const sent = { authorization: 'Bearer theirs', 'x-scope-orgid': 'team-a' };
  const own = { authorization: 'Basic b3Vycw==', 'x-scope-orgid': 'ours' };
  expect(forwardedHeaders(sent, own)).toEqual(own);
});

test('headers about the connection end here, those that Connection names among them', () => {
  const sent = {
    connection: 'close, X-Hop',
    'x-hop': '1',
    'keep-alive': 'timeout=5',
    te: 'trailers',
    'transfer-encoding': 'chunked',
    upgrade: 'h2c',
    'proxy-authorization': 'Basic eA==',
  };
  expect(forwardedHeaders(sent, {})).toEqual({});
});

test('the length and the host are told anew', () => {
  expect(forwardedHeaders({ 'content-length': '12', host: 'proxy:8080', expect: '100-continue', 'accept-encoding': 'gzip' }, {})).toEqual(
    {},
  );
});
