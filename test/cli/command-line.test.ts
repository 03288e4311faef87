import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { type CommandEntry, runCommandLine } from '../../src/cli/command-line.ts';

const entry = (name: string, run: (options: { colour?: string }) => Promise<void>): CommandEntry & { loads: () => number } => {
  let loads = 0;
  const load = async (): Promise<Command> => {
    loads += 1;
    return new Command(name)
      .description(`does ${name}`)
      .addOption(new Option('--colour <colour>').choices(['red', 'blue']))
      .action(run);
  };
  return { name, summary: `does ${name}`, load, loads: () => loads };
};

const nothing = async (): Promise<void> => {};
const fail = (error: unknown) => async (): Promise<void> => {
  throw error;
};

const run = async (args: readonly string[], commands: readonly CommandEntry[]) => {
  let out = '';
  let err = '';
  const write = (text: string): void => void (out += text);
  const status = await runCommandLine(args, { commands, version: '1.2.3', write, writeError: (text) => void (err += text) });
  return { status, out, err };
};

describe('what runs', () => {
  it('the command that is named gets its options; only its module is loaded', async () => {
    let got: unknown;
    const paint = entry('paint', async (options) => {
      got = options;
    });
    const other = entry('other', nothing);
    expect(await run(['paint', '--colour', 'red'], [paint, other])).toEqual({ status: 0, out: '', err: '' });
    expect([got, paint.loads(), other.loads()]).toEqual([{ colour: 'red' }, 1, 0]);
  });

  it('--help names every command and loads none', async () => {
    const [paint, other] = [entry('paint', nothing), entry('other', nothing)];
    const { status, out } = await run(['--help'], [paint, other]);
    expect([status, paint.loads() + other.loads()]).toEqual([0, 0]);
    expect(out).toMatch(/paint +does paint[\s\S]*other +does other/);
  });

  it.each([
    ['paint', '--help'],
    ['help', 'paint'],
  ])('%s %s shows the options of the command', async (...args) => {
    const { status, out } = await run(args, [entry('paint', nothing)]);
    expect([status, out.includes('--colour <colour>')]).toEqual([0, true]);
  });

  it('--version', async () => {
    expect(await run(['--version'], [])).toEqual({ status: 0, out: '1.2.3\n', err: '' });
  });
});

describe('wrong usage is exit status 2', () => {
  it.each([
    [[], 'Usage: podnet-triage'],
    [['pant'], "error: unknown command 'pant'\n(Did you mean paint?)"],
    [['paint', '--colour', 'green'], "argument 'green' is invalid. Allowed choices are red, blue."],
    [['paint', '--size', '3'], "error: unknown option '--size'"],
    [['paint', 'extra'], 'error: too many arguments'],
    [['--nope'], "error: unknown option '--nope'"],
  ])('%j', async (args, told) => {
    const { status, err } = await run(args, [entry('paint', nothing)]);
    expect([status, err]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe('what could not be done is exit status 1 and one line without a stack trace', () => {
  it.each([
    [new Error('no kubeconfig'), 'podnet-triage: no kubeconfig\n'],
    [new Error('LISTEN: wrong\nRETENTION: wrong'), 'podnet-triage: LISTEN: wrong\npodnet-triage: RETENTION: wrong\n'],
    [Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'podnet-triage: ECONNREFUSED\n'],
    [new AggregateError([new Error('first'), new Error('second')]), 'podnet-triage: first\npodnet-triage: second\n'],
    [
      new TypeError("Cannot read properties of undefined (reading 'x')"),
      "podnet-triage: Cannot read properties of undefined (reading 'x')\n",
    ],
    ['text', 'podnet-triage: text\n'],
  ])('%s', async (error, err) => {
    expect(await run(['paint'], [entry('paint', fail(error))])).toEqual({ status: 1, out: '', err });
  });

  it('also when the module of the command cannot be loaded', async () => {
    const broken = { name: 'paint', summary: 'does paint', load: fail(new Error('broken')) as () => Promise<never> };
    expect(await run(['paint'], [broken])).toEqual({ status: 1, out: '', err: 'podnet-triage: broken\n' });
  });
});
