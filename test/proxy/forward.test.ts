import { describe, expect, it } from 'vitest';
import { createForward } from '../../src/proxy/forward.ts';
import type { Upstream, UpstreamAnswer } from '../../src/proxy/upstream.ts';
import { eventually } from '../support/eventually.ts';

const ok: UpstreamAnswer = { status: 200, contentType: null, text: '' };
const bad: UpstreamAnswer = { status: 400, contentType: 'application/json', text: '"bad label"' };
const posting = { body: new Uint8Array([1]), headers: {} };

/** An Alertmanager that answers when the test says so. */
function upstream(name: string) {
  const waiting: PromiseWithResolvers<UpstreamAnswer>[] = [];
  const double: Upstream = {
    name,
    async post() {
      const next = Promise.withResolvers<UpstreamAnswer>();
      waiting.push(next);
      return next.promise;
    },
    close: async () => undefined,
  };
  return {
    double,
    waiting,
    answer: (answer: UpstreamAnswer) => waiting.at(-1)?.resolve(answer),
    fail: () => waiting.at(-1)?.reject(new Error('connection refused')),
  };
}

function forwarding(upstreams: readonly { double: Upstream }[], lateMs = 20) {
  const told: string[] = [];
  const forward = createForward({
    upstreams: () => upstreams.map(({ double }) => double),
    onState: (name, state) => told.push(`${name} is ${state}`),
    onFate: (name, fate) => told.push(`${name} ${fate}`),
    lateMs,
  });
  return { forward, told };
}

describe('a batch', () => {
  it('is 200 when one Alertmanager took it and another refused it', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const { forward, told } = forwarding([a, b]);
    const answer = forward(posting);
    a.answer(bad);
    b.answer(ok);
    expect((await answer).status).toBe(200);
    expect(told).toEqual(expect.arrayContaining(['a refused', 'b taken']));
  });

  it('is settled once nobody reads its body any more, which may be after its answer', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const { forward, told } = forwarding([a, b]);
    const answer = forward({ ...posting, onSettled: () => told.push('settled') });
    a.answer(ok);
    expect((await answer).status).toBe(200);
    expect(told).not.toContain('settled');
    b.fail();
    await eventually(() => told.includes('settled'));
    expect(told.slice(-2)).toEqual(['b is down', 'settled']);
  });

  it('is 200 when one took it and another is down, who is told of once', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const { forward, told } = forwarding([a, b]);
    for (let batch = 0; batch < 2; batch += 1) {
      const answer = forward(posting);
      a.fail();
      b.answer(ok);
      expect((await answer).status).toBe(200);
    }
    expect(told.filter((line) => line === 'a is down')).toHaveLength(1);
  });

  it.each([302, 401, 404, 503])(
    'that is answered %i tells once of an Alertmanager that refuses whatever comes, until it takes one',
    async (status) => {
      const [a, b] = [upstream('a'), upstream('b')];
      const { forward, told } = forwarding([a, b]);
      for (const answered of [{ ...bad, status }, { ...bad, status }, ok]) {
        const answer = forward(posting);
        a.answer(answered);
        b.answer(ok);
        await answer;
      }
      expect(told.filter((line) => /^a (is|refused)/.test(line))).toEqual(['a refused', 'a is refusing', 'a refused', 'a is up']);
    },
  );

  it.each([400, 413, 415, 422])('that is answered %i tells nothing about the Alertmanager: it may be wrong itself', async (status) => {
    const a = upstream('a');
    const { forward, told } = forwarding([a]);
    const answer = forward(posting);
    a.answer({ ...bad, status });
    await answer;
    expect(told).toEqual(['a refused']);
  });

  it('waits for an Alertmanager that refuses, so that the next batch overtakes none', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const { forward } = forwarding([a, b], 10_000);
    const first = forward(posting);
    a.answer({ ...bad, status: 401 });
    b.answer(ok);
    await first;
    let done = false;
    const second = forward(posting).then(() => (done = true));
    b.answer(ok);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    a.answer(ok);
    await second;
  });

  it('has the answer of the Alertmanager that refused it when none took it', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const answer = forwarding([a, b]).forward(posting);
    a.fail();
    b.answer(bad);
    expect(await answer).toEqual(bad);
  });

  it.each([302, 101])('is never answered %i, which is no answer of an Alertmanager', async (status) => {
    const a = upstream('a');
    const answer = forwarding([a]).forward(posting);
    a.answer({ ...ok, status });
    expect((await answer).status).toBe(502);
  });

  it('is 502 when none answers, and when none is known', async () => {
    const a = upstream('a');
    const answer = forwarding([a]).forward(posting);
    a.fail();
    expect((await answer).status).toBe(502);
    expect((await forwarding([]).forward(posting)).status).toBe(502);
  });

  it('waits for all that answer, so that the next batch overtakes none', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const { forward } = forwarding([a, b], 10_000);
    let done = false;
    const answer = forward(posting).then(() => (done = true));
    a.answer(ok);
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    b.answer(ok);
    await answer;
  });
});

describe('an Alertmanager that hangs', () => {
  it('holds up one batch, is passed over until it has answered, and then takes part again', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const { forward, told } = forwarding([a, b]);
    const send = async (): Promise<number> => {
      const answer = forward(posting);
      a.answer(ok);
      return (await answer).status;
    };
    expect([await send(), await send()]).toEqual([200, 200]);
    expect(b.waiting).toHaveLength(1);
    expect(told).toEqual(expect.arrayContaining(['b is late', 'b passed-over']));
    b.answer(ok);
    await eventually(() => told.includes('b is up'));
    await send();
    expect(b.waiting).toHaveLength(2);
  });

  it('is asked all the same when there is no other', async () => {
    const [a, b] = [upstream('a'), upstream('b')];
    const upstreams = [a, b];
    const { forward } = forwarding(upstreams);
    const first = forward(posting);
    a.answer(ok);
    await first;
    upstreams.splice(0, 1);
    const second = forward(posting);
    b.answer(ok);
    expect((await second).status).toBe(200);
    expect(b.waiting).toHaveLength(2);
  });
});
