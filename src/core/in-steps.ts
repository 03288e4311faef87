/** What follows from one object alone and takes long to work out, such as the index of 150,000 pods. */
export interface InSteps<A, T> {
  /** What it comes to; of the same object the same one. Works out at once what is still to be done. */
  readonly of: (one: A) => T;
  /**
   * Works it out in steps of a few milliseconds, so that others get their turn between; afterwards `of` has it ready. Whoever else asks in
   * the meantime goes on from where it stands.
   */
  readonly stepwise: (one: A) => Generator<void, void>;
}

/** Keeps what the steps come to as long as the object is there. */
export function inSteps<A extends object, T>(compute: (one: A) => Generator<void, T>): InSteps<A, T> {
  const begun = new WeakMap<A, Work<T>>();
  const workOn = (one: A): Work<T> => {
    const work = begun.get(one) ?? new Work(() => compute(one));
    begun.set(one, work);
    return work;
  };
  return {
    of(one) {
      const work = workOn(one);
      for (;;) {
        const answer = work.advance();
        if (answer !== undefined) return answer.value;
      }
    },
    *stepwise(one) {
      const work = workOn(one);
      while (work.advance() === undefined) yield;
    },
  };
}

class Work<T> {
  readonly #begin: () => Generator<void, T>;
  #steps: Generator<void, T>;
  #answer: { readonly value: T } | undefined;

  constructor(begin: () => Generator<void, T>) {
    this.#begin = begin;
    this.#steps = begin();
  }

  /** Takes one step; the answer once the last is done, undefined before. After a failure the next call begins anew. */
  advance(): { readonly value: T } | undefined {
    if (this.#answer !== undefined) return this.#answer;
    try {
      const { done, value } = this.#steps.next();
      if (done === true) this.#answer = { value };
    } catch (error) {
      this.#steps = this.#begin();
      throw error;
    }
    return this.#answer;
  }
}
