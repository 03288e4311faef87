import type { RedisClient } from '../redis/connection.ts';
import { key } from '../redis/keys.ts';

/** What was delivered of an incident, by the place it was delivered to. Kept as long as the incident itself. */
export interface DeliveryReceipts<Receipt> {
  all(incident: string): Promise<ReadonlyMap<string, Receipt>>;
  put(incident: string, place: string, receipt: Receipt): Promise<void>;
}

/** Delivery receipts in Redis: one hash per incident. Rejects while Redis is away. */
export function openDeliveryReceipts<Receipt>(redis: RedisClient, { keepMs }: { readonly keepMs: number }): DeliveryReceipts<Receipt> {
  const keyOf = (incident: string): string => key('delivery', 'receipts', incident);
  return {
    async all(incident) {
      const fields = await redis.hgetall(keyOf(incident));
      return new Map(Object.entries(fields).map(([place, json]) => [place, JSON.parse(json) as Receipt]));
    },
    async put(incident, place, receipt) {
      await redis.multi().hset(keyOf(incident), place, JSON.stringify(receipt)).pexpire(keyOf(incident), keepMs).exec();
    },
  };
}
