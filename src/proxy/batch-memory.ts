/** So many batches may be under way without new memory for each; larger ones than this are seldom, and not kept. */
const mostKept = 16;
const largestKept = 2 * 1024 * 1024;
const smallest = 64 * 1024;

/**
 * Memory that batches are written into, again and again: with new memory for each, V8 looks through its whole heap after every 64 MB of them, and the
 * alerts of the moment wait for it.
 */
export class BatchMemory {
  readonly #free: ArrayBuffer[] = [];

  /** So many bytes or more, which may hold anything. */
  take(length: number): Buffer {
    const kept = this.#free.pop();
    return Buffer.from(kept !== undefined && kept.byteLength >= length ? kept : new ArrayBuffer(Math.max(2 * length, smallest)));
  }

  /** Takes back what `take` gave, whole or a part of it: nobody may read it any more. */
  giveBack({ buffer }: Uint8Array): void {
    if (this.#free.length < mostKept && buffer.byteLength <= largestKept) this.#free.push(buffer as ArrayBuffer);
  }
}
