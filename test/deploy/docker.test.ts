import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { knownVariables } from './support/known-variables.ts';

const root = new URL('../../', import.meta.url).pathname;
const read = (file: string): string => readFileSync(root + file, 'utf8');
const run = promisify(execFile);

interface Service {
  readonly image: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly volumes?: readonly (string | { readonly source: string })[];
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<'podnet-triage' | 'redis' | 'alertmanager', Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  it.each(services)('runs %s without privileges, on a root filesystem that is read-only', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect((service.ports ?? []).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('pins every image to a version', () => {
    expect(services.map(([, { image }]) => image).filter((image) => !/:v?\d/.test(image))).toEqual([]);
  });

  it('sets only variables that exist, and their secrets from files that are declared', () => {
    const { environment = {}, secrets = [] } = compose.services['podnet-triage'];
    const known = knownVariables();

    expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
    const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
    expect(files.map(([, path]) => path)).toEqual(secrets.map((name) => `/run/secrets/${name}`));
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining([...secrets]));
  });

  it('keeps its secrets out of the repository', () => {
    for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/deploy\/compose\/secrets\//);
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['deploy/compose/secrets/', '.env']));
  });

  it('lets Redis lose nothing that it acknowledged', () => {
    const command = compose.services.redis.command?.join(' ');

    expect(command).toContain('--appendonly yes --appendfsync always');
    expect(command).toContain('--maxmemory-policy noeviction');
  });

  it('mounts only files and folders that are in the repository', () => {
    const sources = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((one) => (typeof one === 'string' ? (one.split(':')[0] ?? '') : '')),
    );

    expect(sources.filter((source) => source.startsWith('./') && !existsSync(root + source))).toEqual([]);
  });
});

describe('its Alertmanager', () => {
  const config = `${root}deploy/compose/alertmanager.yml`;

  it('has a configuration that amtool accepts but for where the container has its templates', async () => {
    const { stdout } = await run('amtool', ['check-config', config]);

    expect(stdout).toMatch(/SUCCESS/);
  });

  it('sends network alerts to the triage and on to the pager, by the name of the service', async () => {
    const { stdout } = await run('amtool', ['config', 'routes', 'test', `--config.file=${config}`, 'alertname=KubePodNotReady']);
    const { receivers } = parse(read('deploy/compose/alertmanager.yml')) as {
      receivers: { name: string; webhook_configs?: { url: string }[] }[];
    };

    expect(stdout.trim()).toBe('triage,pager');
    expect(receivers[0]?.webhook_configs?.[0]?.url).toBe('http://podnet-triage:8080/api/v1/alertmanager');
  });
});

describe('the Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const last = stages.at(-1) ?? '';

  it('ends in an image of Node 24 that runs as a user by number', () => {
    expect(stages.filter((stage) => !stage.startsWith('docker.io/library/node:24-'))).toEqual([]);
    expect(last).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(last.indexOf('USER ')).toBeLessThan(last.indexOf('ENTRYPOINT'));
  });

  it('copies only what exists and what the builder is sent', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
    const sent = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));

    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !existsSync(root + source))).toEqual([]);
    expect(sources.filter((source) => !sent.includes(source))).toEqual([]);
  });
});
