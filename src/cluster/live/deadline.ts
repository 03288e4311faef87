/** A signal that ends a request when its time is over, or when its asker gives up. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  /** Whether the time was over first. */
  readonly isOver: boolean;
}

/**
 * A deadline of so many milliseconds. Dispose of it when the answer is there: a timer left over would wake the process
 * for every request that ended long ago (as AbortSignal.timeout does).
 */
export function deadlineIn(ms: number, asker: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let isOver = false;
  const giveUp = (): void => controller.abort(asker?.reason);
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, ms);
  if (asker?.aborted === true) giveUp();
  else asker?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      asker?.removeEventListener('abort', giveUp);
    },
  };
}
