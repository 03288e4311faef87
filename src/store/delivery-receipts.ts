import type { RedisClient } from '../redis/connection.ts';
import { key } from '../redis/keys.ts';

/** What was delivered of an incident, by the place it was delivered to. Kept as long as the incident itself. */
export interface DeliveryReceipts<Receipt> {
  /** Rejects where a newer version has put one: who took it for none would deliver a second time. */
  all(incident: string): Promise<ReadonlyMap<string, Receipt>>;
  put(incident: string, place: string, receipt: Receipt): Promise<void>;
}

const version = 1;

/** Delivery receipts in Redis: one hash per incident. Rejects while Redis is away. */
export function openDeliveryReceipts<Receipt>(redis: RedisClient, { keepMs }: { readonly keepMs: number }): DeliveryReceipts<Receipt> {
  const keyOf = (incident: string): string => key('delivery', 'receipts', incident);
  return {
    async all(incident) {
      const fields = await redis.hgetall(keyOf(incident));
      return new Map(Object.entries(fields).map(([place, json]) => [place, parse<Receipt>(json)]));
    },
    async put(incident, place, receipt) {
      await redis.multi().hset(keyOf(incident), place, JSON.stringify({ version, receipt })).pexpire(keyOf(incident), keepMs).exec();
    },
  };
}

function parse<Receipt>(json: string): Receipt {
  const stored = JSON.parse(json) as { readonly version: number; readonly receipt: Receipt };
  if (stored.version !== version)
    throw new Error('this incident was delivered by another version of podnet-triage: a worker of that version goes on with it');
  return stored.receipt;
}
