import { type Address, parseAddress } from './cidr.ts';
import { parseIpJson } from './routes.ts';

/** One network interface of a node, from `ip -j addr` or `ip -j -d link`. */
export interface Link {
  readonly name: string;
  readonly mtu: number | null;
  /** `UP` and `LOWER_UP`. `operstate` is no guide: tunnels report UNKNOWN and are up. */
  readonly up: boolean;
  /** `vxlan`, `ipip`, `wireguard`, `bridge`, `veth`, ...; null without `-d`. */
  readonly kind: string | null;
  /** The interface below it, or the veth's other end. */
  readonly parent: string | null;
  readonly addresses: readonly { readonly address: Address; readonly prefix: number }[];
}

type Json = Readonly<Record<string, unknown>>;

/** The interfaces of `ip -j addr` or `ip -j -d link`; undefined where the text is no such output. */
export function parseLinks(output: string): readonly Link[] | undefined {
  return parseIpJson(output)?.flatMap((item) => linkOf(item) ?? []);
}

function linkOf(item: Json): Link | undefined {
  const name = item['ifname'];
  if (typeof name !== 'string') return undefined;
  const flags = Array.isArray(item['flags']) ? item['flags'] : [];
  const info = item['linkinfo'] as { info_kind?: unknown } | undefined;
  return {
    name,
    mtu: typeof item['mtu'] === 'number' ? item['mtu'] : null,
    up: flags.includes('UP') && flags.includes('LOWER_UP'),
    kind: typeof info?.info_kind === 'string' ? info.info_kind : null,
    parent: typeof item['link'] === 'string' ? item['link'] : null,
    addresses: (Array.isArray(item['addr_info']) ? item['addr_info'] : []).flatMap(addressOf),
  };
}

function addressOf(info: unknown): Link['addresses'] {
  const { local, prefixlen } = (info ?? {}) as { local?: unknown; prefixlen?: unknown };
  const address = typeof local === 'string' ? parseAddress(local) : undefined;
  return address === undefined || typeof prefixlen !== 'number' ? [] : [{ address, prefix: prefixlen }];
}

/** One list from both outputs: addresses come from `ip -j addr`, kinds from `ip -j -d link`. */
export function mergeLinks(fromAddr: readonly Link[], fromLink: readonly Link[]): readonly Link[] {
  const detailed = new Map(fromLink.map((link) => [link.name, link]));
  return fromAddr.map((link) => ({ ...link, kind: link.kind ?? detailed.get(link.name)?.kind ?? null }));
}
