/** One request that was answered, or is being answered. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query, as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly at: number;
  /** 0 until it is answered. */
  status: number;
  /** Length of the body. */
  bytes: number;
}

type Wanted = string | RegExp | ((request: LoggedRequest) => boolean);

/** What was asked, so that tests can assert numbers of calls. */
export class RequestLog {
  readonly all: LoggedRequest[] = [];

  /** The requests of a path, of paths that match, or that a predicate selects. */
  of(wanted: Wanted): readonly LoggedRequest[] {
    return this.all.filter((request) => {
      if (typeof wanted === 'string') return request.path === wanted;
      return wanted instanceof RegExp ? wanted.test(request.path) : wanted(request);
    });
  }

  count(wanted: Wanted): number {
    return this.of(wanted).length;
  }

  /** Bytes of all bodies sent. */
  get bytes(): number {
    return this.all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Number of requests per path. */
  perPath(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { path } of this.all) counts[path] = (counts[path] ?? 0) + 1;
    return counts;
  }

  clear(): void {
    this.all.length = 0;
  }
}
