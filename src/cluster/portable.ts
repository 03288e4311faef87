/** Where a function is exported from, so that another thread can have it too. */
export interface Origin {
  /** URL of the module. */
  readonly module: string;
  readonly name: string;
}

const origins = new WeakMap<object, Origin>();

/** Says of a pure function under which name its module exports it. Large lists are then read in another thread. */
export function portable<F extends object>(origin: Origin, pure: F): F {
  origins.set(pure, origin);
  return pure;
}

/** Where the function is exported from; undefined where nobody said. */
export function originOf(pure: object): Origin | undefined {
  return origins.get(pure);
}
