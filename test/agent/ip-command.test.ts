import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type IpCommand, ipCommand, IpError } from '../../src/agent/ip-command.ts';
import { networkReader } from '../../src/agent/read-network.ts';

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** An `ip` that does as the script says. */
async function withIp(script: string, limits: { timeoutMs?: number; mostBytes?: number } = {}): Promise<IpCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'podnet-ip-'));
  folders.push(folder);
  await writeFile(join(folder, 'ip'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'ip'), 0o755);
  return ipCommand({ path: `${folder}:/usr/bin:/bin`, ...limits });
}

describe('the program ip', () => {
  it('is run with the arguments as they are, without a shell and without our environment', async () => {
    process.env['AGENT_TOKEN_OF_THIS_TEST'] = 'secret';
    const ip = await withIp(`printf '[{"args":"%s","token":"%s"}]' "$*" "$AGENT_TOKEN_OF_THIS_TEST"`);

    expect(JSON.parse(await ip('-j', 'addr', 'show', 'dev', 'a;b'))).toEqual([{ args: '-j addr show dev a;b', token: '' }]);
  });

  it('is missed in words for people', async () => {
    const ip = ipCommand({ path: '/nonexistent' });

    await expect(ip('-j', 'addr')).rejects.toThrow(new IpError('the program ip is missing: install the package iproute2 in this image'));
  });

  it.each([
    ['BusyBox', `echo "ip: invalid option -- 'j'" >&2; echo 'BusyBox v1.36.1 multi-call binary.' >&2; exit 1`],
    ['an old iproute2', `echo 'Option "-j" is unknown, try "ip -help".' >&2; exit 255`],
  ])('must be one that prints JSON: not %s', async (_which, script) => {
    const ip = await withIp(script);

    await expect(ip('-j', 'addr')).rejects.toThrow("the program ip is not iproute2's and prints no JSON");
  });

  it('is not believed when it prints something else', async () => {
    const ip = await withIp('echo "1: lo: <LOOPBACK,UP>"');

    await expect(ip('-j', 'addr')).rejects.toThrow('"ip -j addr" printed no JSON');
  });

  it('ends when it takes too long', async () => {
    const ip = await withIp('exec sleep 30', { timeoutMs: 100 });

    await expect(ip('-j', 'addr')).rejects.toThrow('"ip -j addr" did not end within 100 ms');
  });

  it('may not print without end', async () => {
    const ip = await withIp('exec yes', { mostBytes: 1000 });

    await expect(ip('-j', 'addr')).rejects.toThrow('"ip -j addr" printed more than 1000 bytes');
  });

  it('fails with its own words', async () => {
    const ip = await withIp(`echo 'Cannot open netlink socket: Address family not supported by protocol' >&2; exit 1`);

    await expect(ip('-j', 'addr')).rejects.toThrow('"ip -j addr" failed: Cannot open netlink socket');
  });
});

describe('reading the network', () => {
  it('asks for routes of every table, addresses and links with details', async () => {
    const ip = await withIp(`printf '["%s"]' "$*"`);

    expect(await networkReader(ip)()).toMatchObject({
      routes: '["-j route show table all"]',
      addresses: '["-j addr"]',
      links: '["-j -d link"]',
    });
  });

  it('looks once for all who ask meanwhile, and anew for who asks afterwards', async () => {
    let runs = 0;
    const read = networkReader(async () => {
      runs += 1;
      return '[]';
    });

    await Promise.all([read(), read(), read()]);
    expect(runs).toBe(3);
    await read();
    expect(runs).toBe(6);
  });

  it('tries again after it has failed', async () => {
    let fails = true;
    const read = networkReader(async () => {
      if (fails) throw new IpError('no luck');
      return '[]';
    });

    await expect(read()).rejects.toThrow('no luck');
    fails = false;
    await expect(read()).resolves.toMatchObject({ routes: '[]' });
  });
});
