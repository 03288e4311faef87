const windowMs = 60_000;
const perPeer = 10;
const overall = 200;
const rememberedPeers = 10_000;

/** Counts failed logins, so that a token cannot be guessed at speed. */
export interface LoginLimit {
  /** Seconds to wait before this peer may try again; 0 when it may now. */
  waitSeconds(peer: string, now: number): number;
  failed(peer: string, now: number): void;
}

/** At most 10 failures a minute from one peer and 200 from all of them together. */
export function createLoginLimit(): LoginLimit {
  let startedAt = 0;
  let total = 0;
  const failures = new Map<string, number>();

  const refresh = (now: number): void => {
    if (now - startedAt < windowMs) return;
    startedAt = now;
    total = 0;
    failures.clear();
  };

  return {
    waitSeconds(peer, now) {
      refresh(now);
      const spent = total >= overall || (failures.get(peer) ?? 0) >= perPeer;
      return spent ? Math.max(1, Math.ceil((startedAt + windowMs - now) / 1000)) : 0;
    },
    failed(peer, now) {
      refresh(now);
      total += 1;
      if (failures.has(peer) || failures.size < rememberedPeers) failures.set(peer, (failures.get(peer) ?? 0) + 1);
    },
  };
}
