import { parse } from 'yaml';
import { parseDuration } from '../../config/duration.ts';
import { type Matcher, matchesAll, parseMatchers } from '../../core/matchers.ts';

/** A node of Alertmanager's routing tree, with what it inherits from its parents filled in. */
export interface Route {
  readonly receiver: string;
  readonly matchers: readonly Matcher[];
  readonly continues: boolean;
  readonly groupWaitMs: number;
  readonly groupBy: readonly string[];
  readonly routes: readonly Route[];
}

/** A webhook of a receiver. Newer Alertmanagers show `<secret>` in place of its URL. */
export interface Webhook {
  readonly url: string;
  readonly sendResolved: boolean;
}

export interface AlertmanagerRouting {
  readonly root: Route;
  /** Webhooks by receiver; receivers without any are not in it. */
  readonly webhooks: ReadonlyMap<string, readonly Webhook[]>;
}

interface RouteYaml {
  readonly receiver?: string;
  readonly match?: Readonly<Record<string, string>> | null;
  readonly match_re?: Readonly<Record<string, string>> | null;
  readonly matchers?: readonly string[] | null;
  readonly continue?: boolean;
  readonly group_wait?: string;
  readonly group_by?: readonly string[] | null;
  readonly routes?: readonly RouteYaml[] | null;
}

interface ConfigYaml {
  readonly route: RouteYaml;
  readonly receivers?: readonly {
    readonly name: string;
    readonly webhook_configs?: readonly { readonly url?: string; readonly url_file?: string; readonly send_resolved?: boolean }[] | null;
  }[];
}

/** Alertmanager's default (dispatch.DefaultRouteOpts). */
const defaultGroupWaitMs = 30_000;

/** Reads the routes of an Alertmanager configuration. Throws where it is not one, or holds a matcher that can't be read. */
export function readRouting(configYaml: string): AlertmanagerRouting {
  const { route, receivers = [] } = parse(configYaml) as ConfigYaml;
  const outermost = { receiver: '', groupWaitMs: defaultGroupWaitMs, groupBy: [] };
  const webhooks = receivers.flatMap(({ name, webhook_configs: configs }): [string, Webhook[]][] =>
    (configs ?? []).length === 0
      ? []
      : [
          [
            name,
            (configs ?? []).map(({ url, url_file: file, send_resolved: sent }) => ({ url: url ?? file ?? '', sendResolved: sent ?? true })),
          ],
        ],
  );
  return { root: readRoute(route, outermost), webhooks: new Map(webhooks) };
}

function readRoute(route: RouteYaml, parent: Pick<Route, 'receiver' | 'groupWaitMs' | 'groupBy'>): Route {
  const own = {
    receiver: route.receiver ?? parent.receiver,
    groupWaitMs: parseDuration(route.group_wait ?? '') ?? parent.groupWaitMs,
    groupBy: route.group_by ?? parent.groupBy,
  };
  const routes = (route.routes ?? []).map((child) => readRoute(child, own));
  return { ...own, matchers: matchersOf(route), continues: route.continue ?? false, routes };
}

/** `match` and `match_re` are the forms from before 0.22; Alertmanager still reads them. */
function matchersOf({ match, match_re: matchRe, matchers }: RouteYaml): readonly Matcher[] {
  const texts = [
    ...Object.entries(match ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    ...Object.entries(matchRe ?? {}).map(([name, value]) => `${name}=~${JSON.stringify(value)}`),
    ...(matchers ?? []),
  ];
  return texts.flatMap(parseMatchers);
}

/** The tree without the matchers on labels other than these: an alert that has these may also have what those ask for, or not. */
export function withKnownMatchers(route: Route, labels: Readonly<Record<string, string>>): Route {
  const matchers = route.matchers.filter(({ name }) => Object.hasOwn(labels, name));
  const continues = route.continues || matchers.length < route.matchers.length;
  return { ...route, matchers, continues, routes: route.routes.map((child) => withKnownMatchers(child, labels)) };
}

/** The routes that an alert ends in, in order; the route itself where it matches and none of its own routes does. */
export function routesOf(route: Route, labels: Readonly<Record<string, string>>): readonly Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const inner = routesOf(child, labels);
    found.push(...inner);
    if (inner.length > 0 && !child.continues) break;
  }
  return found.length > 0 ? found : [route];
}
