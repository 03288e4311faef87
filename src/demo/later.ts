import type { ClusterReader } from '../cluster/reader.ts';

const time = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** The text with every RFC 3339 time in UTC moved; digits below the millisecond are dropped. */
export function movedTimes(text: string, byMs: number): string {
  return text.replaceAll(time, (found) => {
    const moved = new Date(Date.parse(found) + byMs).toISOString();
    return found.includes('.') ? moved : moved.replace(/\.\d+Z$/, 'Z');
  });
}

/** The same cluster as it would be seen had it all happened `byMs` later. */
export function later(reader: ClusterReader, byMs: number): ClusterReader {
  const moved = <T>(value: T): T => JSON.parse(movedTimes(JSON.stringify(value), byMs)) as T;
  return {
    source: reader.source,
    name: reader.name,
    now: () => new Date(reader.now().getTime() + byMs),
    async get(kind, ref, signal) {
      const object = await reader.get(kind, ref, signal);
      return object === undefined ? undefined : moved(object);
    },
    list: async (kind, query) => moved(await reader.list(kind, query)),
    collect: async (kind, query, pick) => reader.collect(kind, query, (object) => pick(moved(object))),
    async logs(query) {
      const text = await reader.logs(query);
      return text === undefined ? undefined : movedTimes(text, byMs);
    },
    close: async () => reader.close(),
  };
}
