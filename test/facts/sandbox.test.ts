import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/cluster/wire.ts';
import type { ObservedEvent } from '../../src/facts/events.ts';
import { sandboxFailures } from '../../src/facts/sandbox.ts';

const at = { now: '2023-01-21T05:10:00Z', alertStartsAt: null };

/** A pod whose container ended, with its deletion due at `deletionTimestamp`. */
function ended(deletionTimestamp?: string): Pod {
  return {
    metadata: { name: 'web', namespace: 'shop', ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: { nodeName: 'w2' },
    status: {
      phase: 'Running',
      podIP: '172.16.103.129',
      containerStatuses: [{ name: 'main', ready: false, restartCount: 0, image: '', imageID: '', state: { terminated: { exitCode: 2 } } }],
    },
  } as Pod;
}

function killing(what: string): ObservedEvent {
  return {
    reason: 'FailedKillPod',
    message: `error killing pod: failed to ${what}`,
    type: 'Warning',
    count: 9,
    firstAt: '2023-01-21T05:00:00Z',
    lastAt: '2023-01-21T05:09:30Z',
  } as ObservedEvent;
}

const teardown = killing(
  '"KillPodSandbox" for "6c5a" with KillPodSandboxError: "rpc error: code = Unknown desc = failed to destroy network for sandbox \\"00a3\\": plugin type=\\"calico\\" failed (delete): error getting ClusterInformation: connection is unauthorized: Unauthorized"',
);

describe('sandboxFailures', () => {
  it('counts a network that cannot be taken down while its pod should be gone', () => {
    expect(sandboxFailures(ended('2023-01-21T05:00:30Z'), [teardown], at)).toEqual([teardown]);
  });

  it('counts none of a pod that stays, or has its grace still', () => {
    expect(sandboxFailures(ended(), [teardown], at)).toEqual([]);
    expect(sandboxFailures(ended('2023-01-21T05:10:20Z'), [teardown], at)).toEqual([]);
  });

  it('counts none of containers that do not end', () => {
    const container = killing(
      '"KillContainer" for "main" with KillContainerError: "rpc error: code = DeadlineExceeded desc = context deadline exceeded"',
    );
    expect(sandboxFailures(ended('2023-01-21T05:00:30Z'), [container], at)).toEqual([]);
  });
});
