import type { Cluster, Redis } from 'ioredis';

/** What was delivered of an incident, by the place it was delivered to. Kept as long as the incident itself. */
export interface DeliveryReceipts<Receipt> {
  all(incident: string): Promise<ReadonlyMap<string, Receipt>>;
  put(incident: string, place: string, receipt: Receipt): Promise<void>;
}

/** Delivery receipts in Redis: one hash per incident. Rejects while Redis is away. */
export function deliveryReceipts<Receipt>(
  redis: Redis | Cluster,
  { prefix = '{podnet}', keepMs }: { readonly prefix?: string; readonly keepMs: number },
): DeliveryReceipts<Receipt> {
  const keyOf = (incident: string): string => `${prefix}:delivery:v1:receipts:${incident}`;
  return {
    async all(incident) {
      const fields = await redis.hgetall(keyOf(incident));
      return new Map(Object.entries(fields).map(([place, json]) => [place, JSON.parse(json) as Receipt]));
    },
    async put(incident, place, receipt) {
      const key = keyOf(incident);
      await redis.multi().hset(key, place, JSON.stringify(receipt)).pexpire(key, keepMs).exec();
    },
  };
}
