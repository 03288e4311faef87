import { describe, expect, it } from 'vitest';
import { keptLog } from '../support/log-lines.ts';

describe('log lines', () => {
  it('are JSON with a level in words and a time for people', () => {
    const { logger, lines } = keptLog('info');
    logger.info({ alert: 'a' }, 'alerts taken');
    logger.debug('not at this level');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        name: 'podnet-triage',
        pid: process.pid,
        alert: 'a',
        msg: 'alerts taken',
      },
    ]);
  });

  it('never carry what stands under the name of a credential', () => {
    const log = keptLog();
    log.logger.info(
      { token: 'hidden', slack: { token: 'hidden' }, password: 'hidden', request: { headers: { authorization: 'hidden' } } },
      'x',
    );
    expect(log.text()).not.toContain('hidden');
  });
});
