import { minutes } from '../../../core/moment.ts';
import type { Moment } from '../../../core/moment.ts';
import type { ClassifiedLine } from '../../../network/cni/classify-log.ts';

/**
 * How clients of the API server, and of a plugin's own controller, word a watch or list that breaks off or cannot begin
 * (kubernetes/client-go:tools/cache/reflector.go, tools/watch/retrywatcher.go; projectcalico/calico:libcalico-go/lib/backend/
 * watchersyncer/watchercache.go; antrea-io/antrea:pkg/agent/controller/networkpolicy/networkpolicy_controller.go).
 */
const watchBroke =
  /\breflector\.go\b|(failed|unable) to (start |create |perform |establish )?(a )?(watch|list)(er)?\b|error (watching|listing)\b|watch(er)? (closed|ended|failed|error)|retrywatcher/i;

/** A client tries again within seconds, at last twice a minute: what it has not said for longer is over. */
const quietMs = minutes(5);
/** An API server that restarts breaks every watch off at once, and answers again soon. */
const shortMs = minutes(0.5);

/**
 * Whether lines of a client that goes on tell of a datastore that did not answer and then did, or of watches that broke off and came
 * back: every client of the API server writes them when it starts or the server restarts. False where they last, where the last one is
 * fresh, and where any line speaks of something else.
 */
export function isPassing(lines: readonly ClassifiedLine[], at: Moment): boolean {
  const isOfDatastore = ({ line, classification }: ClassifiedLine): boolean =>
    classification.cause === 'cni-datastore-unreachable' || watchBroke.test(line);
  if (!lines.every(isOfDatastore)) return false;
  const times = lines.flatMap(({ at: time }) => (time === null ? [] : [Date.parse(time)])).toSorted((a, b) => a - b);
  const last = times.at(-1);
  if (last === undefined) return false;
  return Date.parse(at.now) - last > quietMs || last - beginOfLast(times) < shortMs;
}

/** When the last trouble began, of several with quiet between them. Times in milliseconds, the oldest first. */
function beginOfLast(times: readonly number[]): number {
  const begin = times.findLastIndex((time, index) => index === 0 || time - (times[index - 1] ?? time) > quietMs);
  return times[begin] ?? 0;
}
