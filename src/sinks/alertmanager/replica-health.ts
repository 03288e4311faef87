export type ReplicaState = 'up' | 'down';

/** Told once per change of a replica's state; `reason` is null when it is up again. */
export type OnReplicaChange = (replica: string, state: ReplicaState, reason: Error | null) => void;

/** Which replicas are worth asking, and which are worth waiting for: one that hangs or failed holds up no round of the others. */
export interface ReplicaHealth {
  /** False for a while after a failure, and while an answer is late. */
  usable(replica: string): boolean;
  /** Whether the last that is known of it is an answer in time. */
  isUp(replica: string): boolean;
  answered(replica: string): void;
  /** It may still answer, but is not waited for any longer. */
  late(replica: string): void;
  failed(replica: string, reason: Error): void;
}

/** No longer than between two looks at an alert whose first page is still to come. */
const pauseMs = 2_000;

/** Remembers who failed, and when; every replica starts as up. */
export function createReplicaHealth(onChange: OnReplicaChange, now: () => number = Date.now): ReplicaHealth {
  const downUntil = new Map<string, number>();
  const lateOnes = new Set<string>();
  return {
    usable: (replica) => !lateOnes.has(replica) && now() >= (downUntil.get(replica) ?? 0),
    isUp: (replica) => !lateOnes.has(replica) && !downUntil.has(replica),
    answered(replica) {
      lateOnes.delete(replica);
      if (downUntil.delete(replica)) onChange(replica, 'up', null);
    },
    late(replica) {
      lateOnes.add(replica);
    },
    failed(replica, reason) {
      lateOnes.delete(replica);
      const wasUp = !downUntil.has(replica);
      downUntil.set(replica, now() + pauseMs);
      if (wasUp) onChange(replica, 'down', reason);
    },
  };
}
