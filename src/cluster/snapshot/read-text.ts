import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Larger files of objects are not read: parsed they would take many times their size in memory. */
const largestFile = 256 * 1024 * 1024;

/** A file that is too large, or no text; the message says which. */
export class UnreadableFile extends Error {}

/** A whole text file. UTF-8 or, as PowerShell's `>` writes it, UTF-16. Throws UnreadableFile when it is too large or no text. */
export async function readText(path: string): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  if (size > largestFile) {
    throw new UnreadableFile(
      `is ${Math.ceil(size / 1024 / 1024)} MiB large; files of more than ${largestFile / 1024 / 1024} MiB are not read`,
    );
  }
  return decode(await file.readFile());
}

/** The last `bytes` of a file, from the start of a line where it was cut. */
export async function readEnd(path: string, bytes: number): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  if (size <= bytes) return (await file.readFile()).toString('utf8');
  const end = await readAt(file, size - bytes, bytes);
  return end.subarray(end.indexOf(0x0a) + 1).toString('utf8');
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 4096).includes(0)) throw new UnreadableFile('is no text');
  return new TextDecoder('utf-8').decode(bytes);
}
