import { bad, good, type Remark, unknown } from './remark.ts';
import { type AlertmanagerRouting, readRouting, type Route, routesOf, withKnownMatchers } from './routing-tree.ts';

/** What the routes are held to. */
export interface RoutingWish {
  /** The part that the remarks are about. */
  readonly about: string;
  /** The receiver that leads to us; null = the webhook whose URL ends in our path. */
  readonly receiver: string | null;
  readonly alertnames: readonly string[];
  readonly pagerGroupWaitMs: number;
}

type Labels = Readonly<Record<string, string>>;

const ourPath = /\/api\/v1\/alertmanager\/?$/;
/** A diagnosis takes about a second; less than this and the first page may go out before it. */
const shortestPagerWaitMs = 5_000;
const severities = ['critical', 'warning'];

/** What is right and wrong in the routes of an Alertmanager's own configuration, as YAML. */
export function routingRemarks(configYaml: string, wish: RoutingWish): readonly Remark[] {
  const { about } = wish;
  const routing = readable(configYaml);
  if (routing instanceof Error) {
    return [unknown(about, { what: `its configuration can't be read: ${routing.message}`, cure: 'check it with amtool check-config' })];
  }
  const receiver = wish.receiver ?? ourReceiver(routing);
  if (receiver === null) return [noReceiver(about, routing)];
  const alerts = wish.alertnames.flatMap((alertname) => severities.map((severity) => ({ alertname, severity })));
  const remarks = [
    ...alerts.flatMap((labels) => pathRemarks(routing.root, { labels, receiver, wish })),
    ...resolvedRemarks(routing, receiver, about),
  ];
  const distinct = [...new Map(remarks.map((remark) => [remark.what, remark])).values()];
  return distinct.length > 0 ? distinct : [good(about, `its routes lead every alert to ${receiver} at once, and to the pager after it`)];
}

function readable(configYaml: string): AlertmanagerRouting | Error {
  try {
    return readRouting(configYaml);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function ourReceiver({ webhooks }: AlertmanagerRouting): string | null {
  const ours = [...webhooks].find(([, hooks]) => hooks.some(({ url }) => ourPath.test(url)));
  return ours?.[0] ?? null;
}

function noReceiver(about: string, { webhooks }: AlertmanagerRouting): Remark {
  const masked = [...webhooks].filter(([, hooks]) => hooks.some(({ url }) => !/^https?:/.test(url))).map(([name]) => name);
  if (masked.length > 0) {
    const what = `it does not show the URLs of its webhooks, so the receiver that leads to podnet-triage is not known (it has ${masked.join(', ')})`;
    return unknown(about, { what, cure: 'name it: podnet-triage doctor --receiver NAME' });
  }
  const cure =
    'add a receiver with webhook_configs: [{ url: http://podnet-triage:8080/api/v1/alertmanager }], and its route as in deploy/alertmanager/alertmanager.yml';
  return bad(about, { what: 'no receiver has a webhook that leads to podnet-triage', cure });
}

interface Path {
  readonly labels: Labels;
  readonly receiver: string;
  readonly wish: RoutingWish;
}

/** What becomes of one alert on its way through the tree. */
function pathRemarks(root: Route, { labels, receiver, wish }: Path): readonly Remark[] {
  const { about } = wish;
  const alert = `${labels['alertname']} (severity ${labels['severity']})`;
  const reached = routesOf(root, labels);
  const at = reached.findIndex((route) => route.receiver === receiver);
  const triage = reached[at];
  if (triage === undefined) return [bad(about, unreached(alert, receiver, reached))];
  const before = reached.slice(0, at).filter((route) => route.receiver !== receiver);
  const alone = reached.every((route) => route.receiver === receiver);
  // Where continue is missing, what is wrong behind it is told at once too.
  const others = routesOf(continuing(root, receiver), labels).filter((route) => route.receiver !== receiver);
  const perhaps = routesOf(withKnownMatchers(root, labels), labels).filter((route) => route.receiver !== receiver);
  return [
    ...triageRemarks(triage, about),
    ...(alone ? [nobodyElse({ alert, receiver, perhaps }, about)] : []),
    ...before.map((route) =>
      bad(about, {
        what: `the route of ${route.receiver} stands before the one of ${receiver}`,
        cure: `move the route of ${receiver} to the top`,
      }),
    ),
    ...[...others, ...perhaps].flatMap((route) => pagerRemarks(route, wish)),
  ];
}

/** Which labels an installation's alerts have beside their name and severity is not known here. */
function nobodyElse(
  { alert, receiver, perhaps }: { readonly alert: string; readonly receiver: string; readonly perhaps: readonly Route[] },
  about: string,
): Remark {
  if (perhaps.length === 0) {
    return bad(about, { what: `${alert} reaches ${receiver} and nobody else: no pager`, cure: continueCure(receiver) });
  }
  const named = [...new Set(perhaps.map((route) => route.receiver))].join(', ');
  return unknown(about, {
    what: `${alert} reaches ${receiver}, and ${named} only where its other labels lead there`,
    cure: `see whether all such alerts have these labels (amtool config routes test), or end the routes with one for the pager without matchers`,
  });
}

/** The tree as it would be with `continue: true` on our routes. */
function continuing(route: Route, receiver: string): Route {
  const routes = route.routes.map((child) => continuing(child, receiver));
  return { ...route, routes, continues: route.continues || route.receiver === receiver };
}

function unreached(alert: string, receiver: string, reached: readonly Route[]): { what: string; cure: string } {
  const taken = reached.map((route) => route.receiver).join(', ');
  return {
    what: `${alert} does not reach ${receiver}: it goes to ${taken}`,
    cure: `let the route of ${receiver} match the alert and stand before every route without "continue: true"`,
  };
}

function continueCure(receiver: string): string {
  return `set "continue: true" on the route of ${receiver}, and have a route of its own for the pager after it (continue does not lead back to the parent's receiver)`;
}

function triageRemarks({ receiver, groupWaitMs, groupBy }: Route, about: string): readonly Remark[] {
  const remarks: Remark[] = [];
  if (groupWaitMs > 0) {
    const what = `the route of ${receiver} waits ${seconds(groupWaitMs)} before it sends: the diagnosis starts that much later`;
    remarks.push(bad(about, { what, cure: `set "group_wait: 0s" on the route of ${receiver}` }));
  }
  if (!groupBy.includes('...')) {
    const what = `the route of ${receiver} groups by ${groupBy.join(', ') || 'nothing'}: a later alert of a group waits for group_interval`;
    remarks.push(bad(about, { what, cure: `set "group_by: ['...']" on the route of ${receiver}` }));
  }
  return remarks;
}

function pagerRemarks({ receiver, groupWaitMs }: Route, { about, pagerGroupWaitMs }: RoutingWish): readonly Remark[] {
  if (groupWaitMs < shortestPagerWaitMs) {
    const what = `the route of ${receiver} waits only ${seconds(groupWaitMs)}: its first page goes out before a diagnosis is there`;
    return [bad(about, { what, cure: `set "group_wait: 30s" on the route of ${receiver}` })];
  }
  if (groupWaitMs > pagerGroupWaitMs) {
    const what = `the route of ${receiver} waits ${seconds(groupWaitMs)}, but PAGER_GROUP_WAIT is ${seconds(pagerGroupWaitMs)}: annotations are not watched closely to the end of it`;
    return [bad(about, { what, cure: `set PAGER_GROUP_WAIT=${seconds(groupWaitMs).replace(' ', '')}` })];
  }
  return [];
}

function resolvedRemarks({ webhooks }: AlertmanagerRouting, receiver: string, about: string): readonly Remark[] {
  const silent = (webhooks.get(receiver) ?? []).some(({ sendResolved }) => !sendResolved);
  if (!silent) return [];
  return [
    bad(about, { what: `${receiver} is not told when an alert resolves`, cure: `set "send_resolved: true" on the webhook of ${receiver}` }),
  ];
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
