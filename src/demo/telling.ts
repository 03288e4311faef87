/** What somebody is told over time; others wait for the first that fits. */
export class Telling<T> {
  readonly #told: T[] = [];
  readonly #listeners = new Set<(news: T) => void>();

  readonly tell = (news: T): void => {
    this.#told.push(news);
    for (const listen of this.#listeners) listen(news);
  };

  /** Calls `listen` for everything that is told from now on. */
  hear(listen: (news: T) => void): void {
    this.#listeners.add(listen);
  }

  /** The first, past or to come, that fits. Rejects with `missed` after `withinMs`. */
  async first(fits: (news: T) => boolean, withinMs: number, missed: () => Error): Promise<T> {
    const known = this.#told.find(fits);
    if (known !== undefined) return known;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const listen = (news: T): void => {
      if (fits(news)) resolve(news);
    };
    this.#listeners.add(listen);
    const timer = setTimeout(() => reject(missed()), withinMs);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#listeners.delete(listen);
    });
  }
}
