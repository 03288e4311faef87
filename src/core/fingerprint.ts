import type { Alert } from './alert.ts';

/** An alert with its identity. */
export type NamedAlert = Alert & { readonly fingerprint: string };

const offset = 0xcb_f2_9c_e4_84_22_23_25n;
const prime = 0x1_00_00_00_01_b3n;
const separator = 0xff;
const utf8 = new TextEncoder();

/**
 * Alertmanager's fingerprint of a label set, 16 hex digits: FNV-1a (64 bit) over names and values in the order of their names,
 * each followed by byte 255 (prometheus/common, `model.LabelSet.Fingerprint`).
 */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  let hash = offset;
  const add = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  };
  for (const name of Object.keys(labels).sort(byBytes)) {
    for (const text of [name, labels[name] ?? '']) {
      for (const byte of utf8.encode(text)) add(byte);
      add(separator);
    }
  }
  return hash.toString(16).padStart(16, '0');
}

/** Go sorts strings by their UTF-8 bytes, which is the order of their code points. */
function byBytes(a: string, b: string): number {
  const [left, right] = [utf8.encode(a), utf8.encode(b)];
  const differs = left.findIndex((byte, index) => byte !== right[index]);
  return differs === -1 ? left.length - right.length : (left[differs] ?? 0) - (right[differs] ?? -1);
}

/** The alert with its fingerprint: Alertmanager's own, or where a payload brings none the one that its labels give. */
export function named(alert: Alert): NamedAlert {
  const { fingerprint } = alert;
  return fingerprint === null ? { ...alert, fingerprint: fingerprintOf(alert.labels) } : { ...alert, fingerprint };
}
