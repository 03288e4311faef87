import { matchesAll } from '../core/matchers.ts';
import type { SlackRoute } from '../config/config-file.ts';

/** The channels that an alert with these labels is told of: that of the first route that matches, else the usual one. */
export function slackRouting(
  routes: readonly SlackRoute[],
  usual: string | null,
): (labels: Readonly<Record<string, string>>) => readonly string[] {
  return (labels) => {
    const channel = routes.find(({ matchers }) => matchesAll(matchers, labels))?.channel ?? usual;
    return channel === null ? [] : [channel];
  };
}
