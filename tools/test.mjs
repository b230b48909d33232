// npm test [-- PATTERN]        every suite at the size that CI can afford
// npm run test:full -- [NAME]  the same suites at full size, where NAME is part of a spec file's path
// npm run verify               what to run before a commit: format, lint, types, generated files, unit specs, dead code
//
// The last line on stdout is always "N passed, N failed": Jest's tests, plus one for each other step.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const known = ['--full', '--verify'];
const patterns = process.argv.slice(2).filter((argument) => !known.includes(argument));
const verify = process.argv.includes('--verify');
const size = process.argv.includes('--full') ? 'full' : 'ci';
const scratch = mkdtempSync(join(tmpdir(), 'orderloom-test-'));
const leftOutFile = join(scratch, 'left-out.jsonl');
const reportFile = join(scratch, 'jest.json');
// Real servers that suites share are kept here, and end with this process.
const stack = join(scratch, 'stack');
mkdirSync(stack);
// A server that root gives to another user lives in it, and that user must be able to pass.
chmodSync(scratch, 0o711);
let stopped = false;
// Two defects of V8 that end a process natively and at random. Threads that run from source strip their types in
// WebAssembly, whose wrappers tier up and are freed across threads: "jit_page.has_value()" (nodejs/node#64500).
// Sparkplug leaves a stale pointer for the next collection (nodejs/node#62393). Built programs strip no types.
const aroundCrashes = ['--wasm-wrapper-tiering-budget=2147483647', '--no-sparkplug'];
// At full size a spec may hold the log of a million orders: half of the memory, and not the quarter that Node allows itself.
const room = size === 'full' ? [`--max-old-space-size=${Math.floor(totalmem() / 2 ** 21)}`] : [];
// Java's optimizing compiler works for the hours to come, and a server of a test run lives for minutes: without it
// an Elasticsearch has begun after half the work. At full size a run may take hours.
const javaOptions = [
  ...(size === 'full' ? [] : ['-XX:TieredStopAtLevel=1']),
  process.env.JDK_JAVA_OPTIONS ?? '',
].join(' ');
const tally = { passed: 0, failed: 0 };

function node(...args) {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      ORDERLOOM_SIZE: size,
      ORDERLOOM_LEFT_OUT: leftOutFile,
      ORDERLOOM_STACK_RUN: stack,
      ORDERLOOM_STACK_HOLDER: String(process.pid),
      JDK_JAVA_OPTIONS: javaOptions,
    };
    // Everything a step says goes to stderr: stdout is for the result.
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
    const stop = (signal) => {
      stopped = true;
      child.kill(signal);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    child.on('close', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(code ?? 1);
    });
  });
}

async function step(name, ...args) {
  if (stopped) return;
  const started = Date.now();
  process.stderr.write(`\n--- ${name}\n`);
  const passed = (await node(...args)) === 0;
  tally[passed ? 'passed' : 'failed'] += 1;
  process.stdout.write(
    `${passed ? 'ok    ' : 'FAILED'}  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
  );
}

async function generatedFilesStep() {
  const generator = 'tools/generate.mjs';
  if (existsSync(join(root, generator))) await step('generated files are current', generator, '--check');
}

async function jestStep(kinds) {
  if (stopped) return;
  process.stderr.write(`\n--- specs (${kinds})\n`);
  const flags = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    ...aroundCrashes,
    ...room,
  ];
  process.env.ORDERLOOM_SPECS = kinds;
  const report = ['--json', `--outputFile=${reportFile}`, '--testLocationInResults'];
  const code = await node(...flags, 'node_modules/jest/bin/jest.js', ...report, ...patterns);
  if (!existsSync(reportFile)) {
    tally.failed += 1;
    process.stdout.write('FAILED  specs (Jest gave no report: no file matches, or it could not start)\n');
    return;
  }
  const result = JSON.parse(readFileSync(reportFile, 'utf8'));
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  tally.passed += result.numPassedTests;
  tally.failed += failed === 0 && code !== 0 ? 1 : failed;
  for (const file of result.testResults) reportFailures(file);
  const skipped = result.numPendingTests + result.numTodoTests;
  if (skipped > 0) process.stdout.write(`left out  ${skipped} skipped or todo tests\n`);
}

function reportFailures(file) {
  const name = file.name.slice(root.length + 1);
  const failures = file.assertionResults.filter((test) => test.status === 'failed');
  for (const test of failures) process.stdout.write(`FAILED  ${name}: ${test.fullName}\n`);
  if (file.status === 'failed' && failures.length === 0)
    process.stdout.write(`FAILED  ${name} did not run\n`);
}

function reportLeftOut() {
  if (!existsSync(leftOutFile)) return;
  for (const line of readFileSync(leftOutFile, 'utf8').split('\n').filter(Boolean)) {
    const { suite, reason } = JSON.parse(line);
    process.stdout.write(`left out  ${suite}: ${reason}\n`);
  }
}

const types = () => step('types and build', 'node_modules/typescript/bin/tsc', '-b');
const lint = (...what) => step('lint and layering', 'tools/lint.mjs', ...what);

process.stdout.write(`Size: ${size}${patterns.length > 0 ? `, only ${patterns.join(' ')}` : ''}\n`);
if (verify) {
  await types();
  const cache = ['--cache', '--cache-strategy=content'];
  // Lint takes one core for as long as the specs take the other: side by side they stay under a minute. What cannot
  // have changed since it was found clean is left out here, and only here.
  await Promise.all([
    lint('--changed'),
    (async () => {
      const prettier = ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', ...cache];
      await step('format', ...prettier, '.');
      await generatedFilesStep();
      await jestStep('unit');
      await step('no dead code, no dead dependencies', 'node_modules/knip/bin/knip.js');
    })(),
  ]);
} else {
  // Downloads wait for the network while the build takes the processor.
  const servers = patterns.length === 0 ? node('tools/stack/src/run/install-entry.ts') : undefined;
  await types();
  // Specs wait for servers, sessions and disks a part of their time; lint takes what they leave of the processors.
  const linted = patterns.length === 0 ? lint('--last', '--quiet', '.') : undefined;
  if (patterns.length === 0) await generatedFilesStep();
  await servers;
  await jestStep('all');
  await linted;
}
await node('tools/stack/src/run/end-run-entry.ts', stack);
reportLeftOut();
rmSync(scratch, { recursive: true, force: true });
process.exitCode = tally.failed > 0 || stopped ? 1 : 0;
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
