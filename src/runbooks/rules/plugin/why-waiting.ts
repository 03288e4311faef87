import { minutes } from '../../../core/moment.ts';
import type { Case } from '../../../core/runbook.ts';
import type { PluginPodEvents } from '../../../collectors/plugin-events.ts';
import { eventExhibit, isFresh, withReason, wording } from '../../../facts/events.ts';
import { notNetwork } from '../../../network/cni/generic/not-network.ts';
import { bare, read } from '../../../network/cni/reading.ts';
import type { AilingPod, Situation } from '../situation.ts';

/** The situation with the plugin's waiting pods ailing of what their events say keeps them from starting: an image, a volume, the runtime. */
export function withReasons(situation: Situation, pods: readonly PluginPodEvents[], at: Case): Situation {
  return { ...situation, ailing: situation.ailing.map((agent) => whyWaiting(agent, pods, at)) };
}

function whyWaiting({ pod, ailment }: AilingPod, pods: readonly PluginPodEvents[], at: Case): AilingPod {
  if (ailment.detail !== 'pending' && ailment.detail !== 'not-ready') return { pod, ailment };
  const events = pods.find((one) => one.pod === pod.name && one.namespace === pod.namespace)?.events ?? [];
  const last = withReason(events, 'FailedCreatePodSandBox', 'FailedMount', 'FailedAttachVolume').at(-1);
  if (last === undefined || !isFresh(last, at, minutes(15))) return { pod, ailment };
  const text = bare(read(wording(last)).spaced);
  const why = notNetwork.find(({ pattern }) => pattern.test(text))?.why;
  if (why === undefined) return { pod, ailment };
  return {
    pod,
    ailment: {
      detail: /image/.test(why) ? 'image-pull' : ailment.detail,
      inStatus: ailment.detail,
      says: `does not start because of ${why}`,
      at: last.lastAt,
      exhibit: eventExhibit(last),
    },
  };
}
