import { describe, expect, it } from 'vitest';
import { parseRedisUrl, RedisUrlError } from '../../src/redis/redis-url.ts';

describe('a Redis URL', () => {
  it.each([
    ['redis://cache', { host: 'cache', port: 6379, db: 0 }],
    ['redis://cache:7000/3', { host: 'cache', port: 7000, db: 3 }],
    ['redis://:s3cret@cache', { host: 'cache', port: 6379, db: 0, password: 's3cret' }],
    ['redis://ada:p%40ss%3Aword@cache', { host: 'cache', port: 6379, db: 0, username: 'ada', password: 'p@ss:word' }],
    ['redis://[fd00::1]:6380', { host: 'fd00::1', port: 6380, db: 0 }],
    ['rediss://cache', { host: 'cache', port: 6379, db: 0, tls: {} }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
  ])('%s is one server', (url, options) => {
    expect(parseRedisUrl(url)).toEqual({ kind: 'single', options });
  });

  it('may name sentinels and their master', () => {
    expect(parseRedisUrl('redis+sentinel://:pw@h1:26379,h2/mymaster?sentinelPassword=other')).toEqual({
      kind: 'sentinel',
      options: {
        sentinels: [
          { host: 'h1', port: 26379 },
          { host: 'h2', port: 26379 },
        ],
        name: 'mymaster',
        db: 0,
        password: 'pw',
        sentinelPassword: 'other',
        enableTLSForSentinelMode: false,
      },
    });
  });

  it('may name nodes of a cluster', () => {
    expect(parseRedisUrl('rediss+cluster://h1:6379,h2:6390')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'h1', port: 6379 },
        { host: 'h2', port: 6390 },
      ],
      options: { tls: {} },
    });
  });

  it.each([
    ['cache:6379', 'unknown form'],
    ['http://cache', 'unknown form'],
    ['redis://a,b', 'several hosts'],
    ['redis://', 'HOST:PORT'],
    ['redis://cache:99999', 'HOST:PORT'],
    ['redis://cache/x', 'not a number'],
    ['redis+sentinel://h1:26379', 'master is missing'],
    ['redis+cluster://h1/2', 'no databases'],
    ['redis://:%zz@cache', 'percent-encoded'],
  ])('%s is refused: %s', (url, problem) => {
    expect(() => parseRedisUrl(url)).toThrow(RedisUrlError);
    expect(() => parseRedisUrl(url)).toThrow(problem);
  });

  it('that is refused is never repeated, because it may hold a password', () => {
    expect(() => parseRedisUrl('redis://:s3cret@a,b')).not.toThrow(/s3cret/);
    expect(() => parseRedisUrl('redis://:s3cret@a,b')).toThrow(RedisUrlError);
  });
});
