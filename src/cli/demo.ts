import { Command } from 'commander';
import { runDemo } from '../demo/demo.ts';
import { endingSignal } from './ending-signal.ts';
import { world } from './world.ts';

/** The command `demo`: the main job from end to end on this machine, with nothing configured. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('see one alert on its way to Slack and to the pager, on this machine, with nothing configured')
    .option('--once', 'end when the story is told, instead of staying up until Ctrl-C')
    .action(async ({ once = false }: { once?: boolean }) => {
      const { isTerminal, width } = world.terminal;
      await runDemo({
        variables: process.env,
        setKubeconfig: (path) => void (process.env['KUBECONFIG'] = path),
        screen: {
          write: (text) => void process.stdout.write(text),
          colour: isTerminal && process.env['NO_COLOR'] === undefined ? 'ansi' : 'none',
          width: Math.min(width, 110),
        },
        until: once ? 'once' : endingSignal(),
      });
      // Everything is closed. Whatever a library left open must not keep the process from ending.
      setTimeout(() => process.exit(), 1000).unref();
    });
}
