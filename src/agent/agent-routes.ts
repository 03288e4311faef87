import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { NodeNetwork } from '../collectors/node-view.ts';
import type { Prober } from '../collectors/prober.ts';
import { Refusal } from '../http/refusal.ts';
import { canonicalAddress } from '../network/cidr.ts';
import { whyNeverProbed } from '../probe/never-probed.ts';
import { type Allowance, allowance } from './allowance.ts';
import { IpError } from './ip-command.ts';
import { tokenGuard } from './token-guard.ts';

export interface AgentRoutesOptions {
  readonly token: string;
  readonly network: () => Promise<NodeNetwork>;
  readonly prober: Prober;
  /** How many probes it makes; 60 at once and 20 a second on unless said otherwise. */
  readonly probes?: Allowance;
  /** Why an address is never probed. */
  readonly whyNever?: (address: string) => string | null;
}

const kinds = ['tcp', 'http', 'https'] as const;

const probeBody = Type.Object(
  {
    kind: Type.Unsafe<(typeof kinds)[number]>({ type: 'string', enum: kinds }),
    address: Type.String({ maxLength: 45, description: "A pod's address, no name" }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    path: Type.Optional(Type.Union([Type.String({ maxLength: 2000 }), Type.Null()])),
  },
  { additionalProperties: false },
);

const tags = ['agent'];

/**
 * `GET /network` (routes and interfaces of this node as `ip` prints them) and `POST /probe` (one connection from this node).
 *
 * Both need the token. No connection is opened to loopback, link-local and metadata addresses, nor to this node's own: what
 * listens there trusts the node. Nothing on the node is changed.
 */
export function agentRoutes(app: FastifyInstance, options: AgentRoutesOptions): void {
  const { network, prober, probes = allowance({ atOnce: 60, perSecond: 20 }), whyNever = whyNeverProbed } = options;
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const onRequest = tokenGuard(options.token);

  typed.get('/network', { onRequest, schema: { tags, summary: 'Routes and interfaces of this node' } }, async () => {
    return network().catch((error: unknown) => {
      if (error instanceof IpError) throw new Refusal(503, `The network of this node can't be shown: ${error.message}`, { cause: error });
      throw error;
    });
  });

  typed.post(
    '/probe',
    { onRequest, schema: { tags, summary: "Connect to a pod's address from this node", body: probeBody } },
    async ({ body: { kind, address, port, path = null } }, reply) => {
      refuseUnsafe(address, prober, whyNever);
      const waitSeconds = probes();
      if (waitSeconds > 0)
        throw new Refusal(429, 'Too many probes: try again later', { headers: { 'retry-after': String(Math.ceil(waitSeconds)) } });
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return prober.probe({ kind, address, port, path }, gone.signal);
    },
  );
}

function refuseUnsafe(address: string, { ownAddresses }: Prober, whyNever: (address: string) => string | null): void {
  const canonical = canonicalAddress(address);
  const isOwn = ownAddresses.some((own) => canonicalAddress(own) === canonical);
  const why = whyNever(address) ?? (isOwn ? "it is this node's own" : null);
  if (why !== null) throw new Refusal(400, `No connection is opened to ${JSON.stringify(address)}: ${why}`);
}
