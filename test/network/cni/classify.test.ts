import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { classify, harmlessBecause, isStrong, resolve } from '../../../src/network/cni/classify.ts';
import { samples } from '../../contract/cni-samples/index.ts';
import { generic } from '../../contract/cni-samples/generic.ts';

const sandbox = (cause: string, type = 'calico'): string =>
  `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "${'a1'.repeat(32)}": plugin type="${type}" failed (add): ${cause}`;
const claim = (text: string, where: 'event' | 'log' | 'probe' = 'event'): string | undefined => {
  const classification = classify(text, { where });
  return classification === undefined ? undefined : `${classification.cause}/${classification.detail ?? ''}`;
};

describe('the innermost cause decides', () => {
  it.each([
    [
      'a timeout of the API server inside a Calico error',
      sandbox('error getting ClusterInformation: Get "https://10.96.0.1:443/apis": dial tcp 10.96.0.1:443: i/o timeout'),
      'cni-datastore-unreachable/api-server-timeout',
    ],
    [
      'a refusal inside the same error',
      sandbox('error getting ClusterInformation: connection is unauthorized: Unauthorized'),
      'cni-auth-failure/unauthorized',
    ],
    [
      'a certificate inside the same error',
      sandbox('error getting ClusterInformation: Get "https://10.96.0.1:443/apis": x509: certificate signed by unknown authority'),
      'cni-auth-failure/certificate',
    ],
    [
      'an agent that does not answer inside an allocation error',
      sandbox(
        'unable to allocate IP address: Post "http://127.0.0.1:6784/ip/x": dial tcp 127.0.0.1:6784: connect: connection refused',
        'weave-net',
      ),
      'cni-plugin-unhealthy/agent-not-answering',
    ],
    [
      'a bridge error inside a Flannel error',
      sandbox(
        'failed to delegate add: failed to set bridge addr: "cni0" already has an IP address different from 10.244.1.1/24',
        'flannel',
      ),
      'ipam-state-corrupt/bridge-address-mismatch',
    ],
  ])('%s', (_, text, expected) => {
    expect(claim(text)).toBe(expected);
  });
});

test.each([
  ['names cut out', 'failed to set up sandbox container network for pod : networkPlugin cni failed to set up pod network: Unauthorized'],
  ['the id cut out', 'failed to setup network for sandbox ... error getting pod: Unauthorized'],
])('a wrapper with %s is still known', (_, text) => {
  expect(claim(text)).toBe('cni-auth-failure/unauthorized');
});

test('the clean-up that follows a failed set-up says nothing', () => {
  const text =
    'Failed create pod sandbox: rpc error: code = Unknown desc = [failed to set up sandbox container "a" network for pod "x": networkPlugin cni failed to set up pod "x_ns" network: Get https://[10.233.0.1]:443/api: dial tcp 10.233.0.1:443: getsockopt: connection refused, failed to clean up sandbox container "a" network for pod "x": networkPlugin cni failed to teardown pod "x_ns" network: Unauthorized]';

  expect(claim(text)).toBe('cni-datastore-unreachable/api-server-refused');
});

describe('whom the connection was meant for', () => {
  it.each([
    [
      'the Service of the API server',
      'dial tcp 10.96.0.1:443: connect: connection refused',
      'cni-datastore-unreachable/api-server-refused',
    ],
    [
      'an API server by name',
      'Get "https://abc.gr7.eu-central-1.eks.amazonaws.com/api": dial tcp: lookup abc.gr7.eu-central-1.eks.amazonaws.com: i/o timeout',
      'cni-datastore-unreachable/dns',
    ],
    ["k3s' local balancer", 'dial tcp 127.0.0.1:6444: connect: connection refused', 'cni-datastore-unreachable/api-server-refused'],
    ['etcd', 'dial tcp 127.0.0.1:2379: connect: connection refused', 'cni-datastore-unreachable/etcd'],
    ['ipamd', 'dial tcp 127.0.0.1:50051: connect: connection refused', 'cni-plugin-unhealthy/agent-not-answering'],
    [
      "an agent's socket",
      'dial unix /var/run/any/agent.sock: connect: no such file or directory',
      'cni-plugin-unhealthy/agent-not-answering',
    ],
  ])('%s', (_, text, expected) => {
    expect(claim(sandbox(text, 'unknown-plugin'))).toBe(expected);
  });
});

describe('words that others say too', () => {
  it.each([
    'Failed to pull image "x": unexpected status: 401 Unauthorized',
    'Error: Unauthorized',
    'Internal error: dial tcp 10.96.3.4:443: connect: connection refused',
    'pods "x" is forbidden: User "system:serviceaccount:a:b" cannot create resource "pods"',
  ])('count for nothing outside a CNI error: %s', (text) => {
    expect(claim(text)).toBeUndefined();
  });

  it.each([
    'Readiness probe failed: dial tcp 10.244.0.171:5678: connect: connection refused',
    'Readiness probe failed: Get "https://10.1.0.4:8443/ready": x509: certificate signed by unknown authority',
  ])('count for nothing in a probe: %s', (text) => {
    expect(claim(text, 'probe')).toBeUndefined();
  });

  it('count in the log of a plugin', () => {
    expect(
      claim(
        'E0211 02:04:51.456912       1 reflector.go:138] Failed to watch *v1.Node: Get "https://10.96.0.1:443/api/v1/nodes": dial tcp 10.96.0.1:443: i/o timeout',
        'log',
      ),
    ).toBe('cni-datastore-unreachable/api-server-timeout');
  });
});

describe('what the text alone cannot tell', () => {
  const full = classify(sandbox('failed to allocate for range 0: no IP addresses available in range set: 10.244.1.1-10.244.1.254', 'ptp'), {
    where: 'event',
  });
  const subnetFile = classify(sandbox('loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory', 'flannel'), {
    where: 'event',
  });

  it('a full range is exhausted, or leaking where it has room', () => {
    if (full === undefined) throw new Error('not classified');

    expect(resolve(full, new Set())).toMatchObject({ cause: 'ip-pool-exhausted', detail: 'node-range-full' });
    expect(resolve(full, new Set(['range-has-room']))).toMatchObject({ cause: 'ipam-state-corrupt', detail: 'leaked-allocations' });
  });

  it('a missing subnet.env is for the structure to explain', () => {
    if (subnetFile === undefined) throw new Error('not classified');

    expect(resolve(subnetFile, new Set())).toMatchObject({ cause: 'cni-not-initialized' });
    expect(resolve(subnetFile, new Set(['agent-absent']))).toMatchObject({ cause: 'cni-not-initialized', detail: 'no-pod-on-node' });
    expect(resolve(subnetFile, new Set(['agent-unhealthy']))).toMatchObject({ cause: 'cni-plugin-unhealthy' });
  });
});

test('a cloud pool that may still be growing is not yet strong', () => {
  const classification = classify(sandbox('add cmd: failed to assign an IP address to container', 'aws-cni'), { where: 'event' });
  if (classification === undefined) throw new Error('not classified');

  expect(isStrong(classification, { lastedMs: 60_000, count: 9 })).toBe(false);
  expect(isStrong(classification, { lastedMs: 240_000, count: 9 })).toBe(true);
});

test('says why a text is harmless', () => {
  expect(harmlessBecause('Pod sandbox changed, it will be killed and re-created.')).toBe(
    'a sandbox that is made anew, as after every reboot',
  );
  expect(harmlessBecause('Unauthorized')).toBeUndefined();
});

describe('quoting and wrapping change nothing', () => {
  const texts = [...Object.values(samples), generic].flatMap(({ texts }) => texts.event ?? []).map(([, text]) => text);
  const causeOf = (text: string): string | undefined => claim(text);

  it('quoting, up to three times', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.integer({ min: 1, max: 3 }), (text, times) => {
        let quoted = text;
        for (let level = 0; level < times; level += 1) quoted = JSON.stringify(quoted).slice(1, -1);

        expect(causeOf(quoted)).toBe(causeOf(text));
      }),
      { numRuns: 300 },
    );
  });

  it('lines broken at any width, in the middle of words', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.integer({ min: 40, max: 160 }), fc.integer({ min: 0, max: 6 }), (text, width, indent) => {
        const flat = text.replace(/\s+/g, ' ');
        const wrapped = (flat.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(`\n${' '.repeat(indent)}`);

        expect(causeOf(wrapped)).toBe(causeOf(flat));
      }),
      { numRuns: 300 },
    );
  });

  it('lines broken between words', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.integer({ min: 2, max: 9 }), (text, words) => {
        const parts = text.split(/\s+/);
        const lines = Array.from({ length: Math.ceil(parts.length / words) }, (_, line) =>
          parts.slice(line * words, (line + 1) * words).join(' '),
        );

        expect(causeOf(lines.join('\n  '))).toBe(causeOf(text.replace(/\s+/g, ' ')));
      }),
      { numRuns: 300 },
    );
  });

  it('any text is classified or not, but nothing throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.constantFrom('event', 'log', 'probe', 'condition', 'node-event', 'object'),
        (text, where) => {
          expect(() => classify(text, { where })).not.toThrow();
        },
      ),
    );
  });
});
