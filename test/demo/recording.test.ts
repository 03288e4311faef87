import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordingFiles } from '../../scripts/demo-recording.ts';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import { later, movedTimes } from '../../src/demo/later.ts';
import { recordingDirectory } from '../../src/demo/recorded-cluster.ts';

test('the recording is what its script makes', () => {
  const files = globSync('**/*.{json,log}', { cwd: recordingDirectory });

  expect(Object.fromEntries(files.toSorted().map((file) => [file, readFileSync(join(recordingDirectory, file), 'utf8')]))).toEqual(
    Object.fromEntries([...recordingFiles()].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );
});

test('the recording is read without a problem', async () => {
  const recording = await openSnapshot(recordingDirectory);

  expect(recording.problems).toEqual([]);
});

test('moved times keep their form, and what is no time stays', () => {
  const text = '2026-03-14T03:12:00Z and 2026-03-14T03:12:00.500000Z, not 2026-03-14 nor v2026-03-14T03';

  expect(movedTimes(text, 3_600_000)).toBe('2026-03-14T04:12:00Z and 2026-03-14T04:12:00.500Z, not 2026-03-14 nor v2026-03-14T03');
});

test('a cluster that is played later is the same but for its times', async () => {
  const recording = await openSnapshot(recordingDirectory);
  const played = later(recording, 86_400_000);
  const [before, after] = await Promise.all([recording.list('Pod'), played.list('Pod')]);

  expect(played.now().getTime() - recording.now().getTime()).toBe(86_400_000);
  expect(after.items.map(({ metadata }) => metadata?.name)).toEqual(before.items.map(({ metadata }) => metadata?.name));
  const started = (pods: typeof before): number => Date.parse(pods.items[0]?.status?.startTime ?? '');
  expect(started(after) - started(before)).toBe(86_400_000);
});
