import { parseIpJson } from './routes.ts';

type Json = Readonly<Record<string, unknown>>;

const routeFields = [
  'type',
  'dst',
  'gateway',
  'via',
  'dev',
  'table',
  'protocol',
  'scope',
  'prefsrc',
  'metric',
  'flags',
  'pref',
  'metrics',
  'nexthops',
];
const linkFields = ['ifname', 'link', 'flags', 'mtu', 'operstate'];

/** Routes of a kind that leads to no pod and no node. */
const idle = new Set(['broadcast', 'multicast', 'anycast']);

/**
 * What `ip -j route show table all` printed, with the routes and fields that `parseRoutes` reads: a busy node's is several hundred
 * kilobytes long. Text that is no such output is returned as it is.
 */
export function compactRoutes(output: string): string {
  const items = parseIpJson(output)?.filter(({ type }) => !idle.has(String(type)));
  return items === undefined ? output : JSON.stringify(items.map((item) => only(item, routeFields)));
}

/** The same for `ip -j addr` and `ip -j -d link`, and `parseLinks`. */
export function compactLinks(output: string): string {
  const items = parseIpJson(output);
  return items === undefined ? output : JSON.stringify(items.map(compactLink));
}

function compactLink(item: Json): Json {
  const { info_kind: kind } = (item['linkinfo'] ?? {}) as Json;
  const addresses = Array.isArray(item['addr_info']) ? (item['addr_info'] as readonly Json[]) : [];
  return {
    ...only(item, linkFields),
    ...(kind === undefined ? {} : { linkinfo: { info_kind: kind } }),
    ...(addresses.length === 0 ? {} : { addr_info: addresses.map((one) => only(one, ['family', 'local', 'prefixlen'])) }),
  };
}

function only(item: Json, fields: readonly string[]): Json {
  return Object.fromEntries(fields.flatMap((field) => (item[field] === undefined ? [] : [[field, item[field]]])));
}
