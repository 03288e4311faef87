export type ReplicaState = 'up' | 'down';

/** Told once per change of a replica's state; `reason` is null when it is up again. */
export type OnReplicaChange = (replica: string, state: ReplicaState, reason: Error | null) => void;

/** Which replicas are worth asking: one that failed is left alone for a while, so that it holds up no round of the others. */
export interface ReplicaHealth {
  usable(replica: string): boolean;
  answered(replica: string): void;
  failed(replica: string, reason: Error): void;
}

const pauseMs = 5_000;

/** Remembers who failed, and when; every replica starts as up. */
export function replicaHealth(onChange: OnReplicaChange, now: () => number = Date.now): ReplicaHealth {
  const downUntil = new Map<string, number>();
  return {
    usable: (replica) => now() >= (downUntil.get(replica) ?? 0),
    answered(replica) {
      if (downUntil.delete(replica)) onChange(replica, 'up', null);
    },
    failed(replica, reason) {
      const wasUp = !downUntil.has(replica);
      downUntil.set(replica, now() + pauseMs);
      if (wasUp) onChange(replica, 'down', reason);
    },
  };
}
