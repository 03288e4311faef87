#!/usr/bin/env node
// Runs the command line on Node 24 or later. Where the system's Node is older, the program goes on under the Node that came with
// the package's own dependencies. This file must run on old versions of Node, so it is plain JavaScript.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;

if (Number.parseInt(process.versions.node, 10) >= needed) {
  // A checkout has the sources, an installed package what was built from them: Node refuses .ts inside node_modules.
  const source = new URL('../src/main.ts', import.meta.url);
  await import(existsSync(fileURLToPath(source)) ? source.href : new URL('../dist/main.js', import.meta.url).href);
} else {
  const own = ownNode();
  if (own.path === undefined) {
    process.stderr.write(
      `podnet-triage needs Node ${needed} or later; this is ${process.version}, and ${own.why}. ` +
        `Install Node ${needed} (https://nodejs.org), or run it under that version: npx --package=node@${needed} --package=podnet-triage podnet-triage\n`,
    );
    process.exitCode = 1;
  } else {
    runUnder(own.path);
  }
}

/** The Node that came as an optional dependency, if it is there and runs on this system. */
function ownNode() {
  const name = `node-${process.platform}-${process.arch}`;
  let path;
  try {
    path = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin', 'node');
  } catch {
    return { why: `the package ${name}, which would bring one, is not installed or does not exist` };
  }
  const tried = spawnSync(path, ['--version'], { encoding: 'utf8' });
  // On musl (Alpine) the program is there but its loader is not.
  if (tried.status !== 0) return { why: `the one in ${name} does not run on this system (it is built for glibc)` };
  return { path };
}

function runUnder(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`podnet-triage: ${node} cannot be run: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (status, signal) => {
    process.exitCode = signal === null ? (status ?? 1) : 128 + constants.signals[signal];
  });
}
