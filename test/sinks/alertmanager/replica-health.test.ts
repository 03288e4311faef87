import { expect, test } from 'vitest';
import { createReplicaHealth } from '../../../src/sinks/alertmanager/replica-health.ts';

const replica = 'http://am-0:9093';

function healthAt(clock: { now: number }): { changes: string[]; health: ReturnType<typeof createReplicaHealth> } {
  const changes: string[] = [];
  const health = createReplicaHealth(
    (name, state, reason) => changes.push(`${name} ${state} ${reason?.message ?? ''}`.trim()),
    () => clock.now,
  );
  return { changes, health };
}

test('a replica that fails again and again is told of once, and once more when it answers', () => {
  const { changes, health } = healthAt({ now: 0 });

  health.failed(replica, new Error('refused'));
  health.failed(replica, new Error('refused'));
  health.answered(replica);
  health.answered(replica);

  expect(changes).toEqual([`${replica} down refused`, `${replica} up`]);
});

test('a replica that failed is left alone for two seconds and then asked again', () => {
  const clock = { now: 1_000 };
  const { health } = healthAt(clock);

  health.failed(replica, new Error('no answer'));
  const right = health.usable(replica);
  clock.now += 2_000;

  expect([right, health.usable(replica), health.usable('http://am-1:9093')]).toEqual([false, true, true]);
});
