/** Thrown to those who ask for something large while it is being read: the read goes on, and later triages have it. */
export class StillReading extends Error {
  constructor(sinceMs: number) {
    super(`it is still being read (for ${Math.max(1, Math.round(sinceMs / 1000))} s so far)`);
    this.name = 'StillReading';
  }
}
