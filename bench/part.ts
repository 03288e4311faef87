/** What one part of the benchmarks found. */
export interface Part {
  readonly name: string;
  /** One sentence: what was measured. */
  readonly title: string;
  /** Printed as they are, one line each. */
  readonly rows: readonly Readonly<Record<string, string | number | boolean>>[];
  /** The single measurements behind the rows, for the JSON. */
  readonly samples: unknown;
}

/** How much of everything is measured. */
export interface Extent {
  readonly rounds: number;
  readonly seconds: number;
  /** Divides the sizes of storms and clusters, to try the benchmarks out. */
  readonly divisor: number;
}

/** The value below which that share (0 to 1) of the values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** A figure with as many decimals as it needs to be told from others of its size. */
export function rounded(value: number): number {
  const decimals = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return Number(value.toFixed(decimals));
}
