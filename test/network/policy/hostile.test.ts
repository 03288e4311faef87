import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyKinds } from '../../../src/cluster/kinds.ts';
import { ask, world } from './support.ts';

/** Words that policies are made of, so that random objects come near to them. */
const keys = `
  podSelector namespaceSelector matchLabels matchExpressions key operator values ingress egress from to ports port endPort
  protocol ipBlock cidr except policyTypes subject namespaces pods action priority tier networks nodes portNumber
  portRange namedPort protocols tcp endpointSelector fromEndpoints toPorts fromCIDRSet fromEntities ingressDeny selector
  source destination nets types order appliedTo __proto__`
  .trim()
  .split(/\s+/);
const leaf = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    80,
    '',
    'In',
    'Exists',
    'Allow',
    'Deny',
    'Accept',
    'Pass',
    'Ingress',
    'Egress',
    'TCP',
    'all()',
    "app == 'web'",
  ),
  fc.constantFrom('10.0.0.0/8', '0.0.0.0/0', '::/0', 'app', 'web', 'http', 'all', 'world', 'Admin'),
);
const { spec } = fc.letrec<{ node: unknown; list: unknown[]; spec: Record<string, unknown> }>((tie) => ({
  node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('list'), tie('spec')),
  list: fc.array(tie('node'), { maxLength: 3 }),
  spec: fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 6 }),
}));

describe('policies of any shape', () => {
  it.each(policyKinds)('never make the evaluator throw: %s', (kind) => {
    fc.assert(
      fc.property(fc.oneof(spec, leaf), fc.oneof(spec, leaf), (one, other) => {
        const metadata = { name: 'p', namespace: 'shop' };
        const index = world({
          policies: {
            [kind]: [
              { metadata, spec: one },
              { metadata, spec: { podSelector: {}, ingress: [other], egress: other } },
            ],
          },
        });
        for (const [from, to] of [
          ['bank/web', 'shop/web'],
          ['shop/web', '8.8.8.8'],
          ['192.168.1.2', 'shop/api'],
        ] as const) {
          expect(ask(index, from, to).verdict).toMatch(/^(allowed|blocked|unknown)$/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
