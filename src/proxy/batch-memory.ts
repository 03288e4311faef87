/** How many batches may be under way before one needs new memory. */
const mostKept = 16;
/** A batch that needs more is rare, and its memory is not kept. */
const largestKept = 2 * 1024 * 1024;
const smallest = 64 * 1024;

/**
 * Memory that batches are written into, again and again. With new memory for each batch, V8 would go through its whole heap after every
 * 64 MB of them, and the alerts of that moment would wait for it.
 */
export class BatchMemory {
  readonly #free: ArrayBuffer[] = [];

  /** At least so many bytes; they may still hold an earlier batch. */
  take(length: number): Buffer {
    const kept = this.#free.pop();
    return Buffer.from(kept !== undefined && kept.byteLength >= length ? kept : new ArrayBuffer(Math.max(2 * length, smallest)));
  }

  /** Takes back what `take` gave, or a part of it. Nobody may read it afterwards. */
  giveBack({ buffer }: Uint8Array): void {
    if (this.#free.length < mostKept && buffer.byteLength <= largestKept) this.#free.push(buffer as ArrayBuffer);
  }
}
