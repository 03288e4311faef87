import type { Scenario } from '../support/scenario.ts';
import { conflicts, corrupt, exhausted, ranges } from './addresses.ts';
import { admission, configuration, crashing, images, placement, readiness, volumes } from './application.ts';
import { relevance } from './false-friends.ts';
import { clouds, mtus, nodesAtFault, policies, routes, tunnels } from './path.ts';
import { datastore, notInitialized, refused, several, unhealthy, versions, withoutRange } from './plugin.ts';

/** Every scenario, grouped by what is at fault. */
export const scenarios: readonly Scenario[] = [
  ...exhausted,
  ...corrupt,
  ...conflicts,
  ...ranges,
  ...withoutRange,
  ...notInitialized,
  ...unhealthy,
  ...datastore,
  ...refused,
  ...versions,
  ...several,
  ...tunnels,
  ...routes,
  ...mtus,
  ...policies,
  ...nodesAtFault,
  ...clouds,
  ...readiness,
  ...crashing,
  ...images,
  ...configuration,
  ...placement,
  ...admission,
  ...volumes,
  ...relevance,
];
