import { networkInterfaces } from 'node:os';
import { whyNeverProbed } from './never-probed.ts';

/** The addresses of this process's network namespace; loopback and link-local ones are everybody's and not among them. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses.filter(({ internal }) => !internal).map(({ address }) => address))
    .filter((address) => whyNeverProbed(address) === null);
}
