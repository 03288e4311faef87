const minuteMs = 60_000;
const mostRemembered = 100;

/**
 * Passes errors on, but those of the same words once a minute at most: while Redis is away every queue and worker fails again with each
 * attempt to connect.
 */
export function onceAMinute(onError: (error: Error) => void, now: () => number = Date.now): (error: Error) => void {
  const saidAt = new Map<string, number>();
  return (error) => {
    const at = now();
    if (at - (saidAt.get(error.message) ?? -Infinity) < minuteMs) return;
    if (saidAt.size >= mostRemembered) saidAt.clear();
    saidAt.set(error.message, at);
    onError(error);
  };
}
