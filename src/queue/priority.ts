/** BullMQ takes 1 to 2,097,151, lowest first. */
const late = 2 ** 20;

/** Somebody waits for it: before every alert. */
export const manualPriority = 1;

/** A look for the same cause in all that waits: it helps hundreds of alerts at once. */
export const confirmPriority = 1;

/** A look at an incident that has ended: after the alerts whose page is still to come, before the others. */
export const lookAgainPriority = late - 1;

/**
 * The priority of an alert's triage: the nearer its pager's first page (`startsAt` + group_wait), the sooner. An alert whose page went
 * out already can't be helped in time any more, so it comes after those that can. An alert that does not say when it started counts as
 * starting now. Seconds are taken modulo twelve days, so two alerts on either side of that seam may be swapped.
 */
export function triagePriority(startsAt: string | null, pagerGroupWaitMs: number, nowMs: number): number {
  const started = Date.parse(startsAt ?? '');
  const pageAt = (Number.isNaN(started) ? nowMs : started) + pagerGroupWaitMs;
  const second = Math.max(0, Math.floor(pageAt / 1000));
  return pageAt >= nowMs ? 2 + (second % (late - 2)) : late + (second % (late - 1));
}
