import { valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Case } from '../../core/runbook.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { ContainerLog } from '../../collectors/cni-logs.ts';
import type { PluginPodEvents } from '../../collectors/plugin-events.ts';
import { healthCauses } from './causes-asked.ts';
import { withFindingsOf } from './combine.ts';
import { pluginLogs } from './plugin-logs.ts';
import { pluginUnhealthy } from './plugin/plugin-unhealthy.ts';
import { pluginProbes } from './plugin/plugin-probes.ts';
import { withLastWords } from './plugin/last-words.ts';
import { withReasons } from './plugin/why-waiting.ts';
import { surroundings } from './surroundings.ts';
import type { RuleValues } from './surroundings.ts';

/** What the rule reads. */
export interface FaultValues extends RuleValues {
  readonly pluginEvents: Evidence<readonly PluginPodEvents[]>;
  readonly cniLogs: Evidence<readonly ContainerLog[]>;
}

/** Is the plugin unhealthy on the node concerned, and what do its probes and its logs say of the reason? */
export function pluginAtFault(values: FaultValues, at: Case): Verdict {
  const around = surroundings(values, at);
  const events = valueOf(values.pluginEvents) ?? [];
  const probes = pluginProbes(events, around, at);
  const read = valueOf(values.cniLogs) ?? [];
  const logs = pluginLogs(
    read,
    { causes: healthCauses, otherwise: 'no complaint of the plugin about itself' },
    { surroundings: around, at },
  );
  const situation = withLastWords(withReasons(around.situation, events, at), read);
  return withFindingsOf(withFindingsOf(pluginUnhealthy(situation, at), probes), logs);
}
