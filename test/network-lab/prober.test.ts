import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNamespaces, whyNoLab } from './namespaces.ts';
import { type Program, startIn } from './programs.ts';

const why = whyNoLab();
if (why !== null) process.stdout.write(`Probes on real routes are left out: ${why}.\n`);

describe.skipIf(why !== null)('a probe', () => {
  const stack = new AsyncDisposableStack();
  let program: Program;
  beforeAll(async () => {
    const namespace = stack.use(openNamespaces()).make('probe');
    namespace.ip('link add eth0 type veth peer name other');
    namespace.ip('link set other up');
    namespace.ip('addr add 10.9.0.2/24 dev eth0');
    namespace.ip('-6 addr add fd00:9::2/64 dev eth0 nodad');
    namespace.ip('link set eth0 up');
    namespace.ip('neigh add 10.9.0.77 lladdr 02:00:00:00:00:77 dev eth0 nud permanent');
    for (const [type, cidr] of [
      ['blackhole', '10.9.1.0/24'],
      ['unreachable', '10.9.2.0/24'],
      ['prohibit', '10.9.3.0/24'],
      ['unreachable', 'fd00:92::/64'],
    ] as const)
      namespace.ip(`route add ${type} ${cidr}`);
    program = stack.use(await startIn(namespace, ['test/network-lab/probe-program.ts'], { ready: (line) => line === 'listening' }));
  });
  afterAll(async () => stack.disposeAsync());

  const probe = async (address: string): Promise<Record<string, unknown>> =>
    JSON.parse(await program.ask(JSON.stringify({ kind: 'tcp', address, port: 80, path: null }))) as Record<string, unknown>;

  it.each([
    ['that a blackhole route swallows', '10.9.1.1', 'unreachable', 'EINVAL'],
    ['that a route calls unreachable', '10.9.2.1', 'unreachable', 'EHOSTUNREACH'],
    ['that a route prohibits', '10.9.3.1', 'unreachable', 'EACCES'],
    ['that no route leads to', '198.51.100.1', 'unreachable', 'ENETUNREACH'],
    ['of IPv6 that a route calls unreachable', 'fd00:92::1', 'unreachable', 'EHOSTUNREACH'],
    ['that swallows every packet', '10.9.0.77', 'timeout', 'no answer within 500 ms'],
    ['of its own where nothing listens', '10.9.0.2', 'refused', 'ECONNREFUSED'],
  ])('of an address %s', async (_what, address, outcome, text) => {
    expect(await probe(address)).toMatchObject({ outcome, connected: false, text: expect.stringContaining(text) });
  });

  it('knows the addresses of its namespace', async () => {
    expect((await probe('10.9.0.2'))['own']).toEqual(['10.9.0.2', 'fd00:9::2']);
  });
});
