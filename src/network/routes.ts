import { type Address, type Cidr, cidrContains, parseAddress, parseRange } from './cidr.ts';

/** Where a route sends a packet next; a multipath route has several. */
export interface NextHop {
  /** Null where the destination is on the link itself. */
  readonly gateway: Address | null;
  readonly device: string | null;
  /** The kernel has marked it `dead` or `linkdown`. */
  readonly down: boolean;
}

/** One route of `ip -j route show table all`. */
export interface Route {
  /** `main` where the output names none. */
  readonly table: string;
  /** `unicast` where the output names none; `blackhole`, `unreachable`, `prohibit`, `throw`, `local`, ... */
  readonly type: string;
  /** The whole family for `default`. */
  readonly destination: Cidr;
  readonly hops: readonly NextHop[];
  /** A name or a number, as the image's `rt_protos` has it: `kernel`, `bird` or `12`, `80`. */
  readonly protocol: string | null;
  readonly scope: string | null;
  readonly source: Address | null;
  /** 0 where the output names none. */
  readonly metric: number;
  readonly mtu: number | null;
}

type Json = Readonly<Record<string, unknown>>;

const wholeV4: Cidr = { family: 4, first: 0n, last: 2n ** 32n - 1n, prefix: 0 };
const wholeV6: Cidr = { family: 6, first: 0n, last: 2n ** 128n - 1n, prefix: 0 };

/**
 * The objects of what `ip -j` printed: nothing, `[ ]` and `[{}]` all mean none. Undefined where the text is no JSON array,
 * as from BusyBox' `ip`, which knows no `-j`.
 */
export function parseIpJson(text: string): readonly Json[] | undefined {
  if (text.trim() === '') return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  return parsed.filter((item): item is Json => isJson(item) && Object.keys(item).length > 0);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function addressIn(value: unknown): Address | null {
  return typeof value === 'string' ? (parseAddress(value) ?? null) : null;
}

/** The routes of `ip -j route show table all`, IPv4 and IPv6; undefined where the text is no such output. */
export function parseRoutes(output: string): readonly Route[] | undefined {
  return parseIpJson(output)?.flatMap((item) => routeOf(item) ?? []);
}

function routeOf(item: Json): Route | undefined {
  const hops = list(item['nexthops']).length > 0 ? list(item['nexthops']).map(hopOf) : [hopOf(item)];
  const destination = item['dst'] === 'default' ? defaultOf(item, hops) : parseRange(text(item['dst']) ?? '');
  if (destination === undefined) return undefined;
  return {
    table: text(item['table']) ?? 'main',
    type: text(item['type']) ?? 'unicast',
    destination,
    hops: hops.filter(({ gateway, device }) => gateway !== null || device !== null),
    protocol: text(item['protocol']),
    scope: text(item['scope']),
    source: addressIn(item['prefsrc']),
    metric: Number(item['metric'] ?? 0),
    mtu:
      list(item['metrics'])
        .map(({ mtu }) => mtu)
        .find((mtu) => typeof mtu === 'number') ?? null,
  };
}

function hopOf(item: Json): NextHop {
  // `via` names a next hop of the other family (RFC 5549).
  const via = isJson(item['via']) ? item['via']['host'] : undefined;
  const flags = Array.isArray(item['flags']) ? item['flags'] : [];
  return {
    gateway: addressIn(item['gateway'] ?? via),
    device: text(item['dev']),
    down: flags.includes('dead') || flags.includes('linkdown'),
  };
}

/** `default` does not say its family: the gateway or the source does, else `pref`, which only IPv6 routes print. */
function defaultOf(item: Json, hops: readonly NextHop[]): Cidr {
  const viaOther = isJson(item['via']);
  const known = viaOther ? undefined : (hops.find(({ gateway }) => gateway !== null)?.gateway ?? addressIn(item['prefsrc']));
  const isV6 = known === undefined || known === null ? item['pref'] !== undefined : known.family === 6;
  return isV6 ? wholeV6 : wholeV4;
}

/** Whether it is the route of last resort. */
export function isDefault(route: Route): boolean {
  return route.destination.prefix === 0;
}

/**
 * The route that the kernel takes to an address: the longest prefix of table `local`, else of table `main`, and of equal
 * ones the lowest metric. Rules that point to further tables are not followed; `tables` names others to search, in order.
 */
export function lookupRoute(routes: readonly Route[], address: Address, tables: readonly string[] = ['local', 'main']): Route | undefined {
  for (const table of tables) {
    const best = routes
      .filter((route) => route.table === table && cidrContains(route.destination, address))
      .reduce<Route | undefined>((a, b) => (a === undefined || isBetter(b, a) ? b : a), undefined);
    if (best !== undefined && best.type !== 'throw') return best;
  }
  return undefined;
}

function isBetter(a: Route, b: Route): boolean {
  return a.destination.prefix !== b.destination.prefix ? a.destination.prefix > b.destination.prefix : a.metric < b.metric;
}
