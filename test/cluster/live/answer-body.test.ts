import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesInto, clear, textOf } from '../../../src/cluster/live/answer-body.ts';
import type { PageRoom } from '../../../src/cluster/live/answer-body.ts';

const answer = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });
const bodyOf = (chunks: readonly Uint8Array[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe('the bytes of an answer', () => {
  it('are all that came, in the memory of an answer before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 5 }), async (answers) => {
        const room: PageRoom = [];
        for (const chunks of answers) {
          const whole = Buffer.concat(chunks);
          expect(await textOf(bodyOf(chunks))).toBe(whole.toString());
          const bytes = await bytesInto(bodyOf(chunks), room);
          expect(Buffer.compare(bytes, whole)).toBe(0);
          room.push(bytes.buffer as ArrayBuffer);
        }
        expect(room.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('take no memory that another answer still has', async () => {
    const room: PageRoom = [];
    const first = await bytesInto(bodyOf([Buffer.from('first')]), room);
    const second = await bytesInto(bodyOf([Buffer.from('other')]), room);

    expect([first.toString(), second.toString()]).toEqual(['first', 'other']);
  });

  it('leave no memory behind once the room is cleared', async () => {
    const bytes = await bytesInto(bodyOf([Buffer.from('a page')]), []);
    const room: PageRoom = [bytes.buffer as ArrayBuffer];
    clear(room);

    expect([room.length, bytes.length]).toEqual([0, 0]);
  });

  it('are refused where the connection ends in the middle', async () => {
    const body = new Readable({ read: () => undefined });
    const bytes = bytesInto(body, []);
    body.push('half');
    body.destroy();

    await expect(bytes).rejects.toThrow('closed in the middle');
  });
});
