// fairmot serve: sources and a model in, a live page out, until Ctrl-C.
import { FairmotError } from '@trt-fairmot/fairmot-postprocess';
import { type Feed, type LiveServer, openLiveServer } from '@trt-fairmot/live-server';
import { detectionConfidence } from '@trt-fairmot/tracker';
import pc from 'picocolors';
import { BuildProgressLine } from '../cli/build-progress.js';
import { type ExitCode, exitCode } from '../cli/exit-code.js';
import { chosenModel } from '../pipeline/chosen-model.js';
import { type OpenDetector, openDetector } from '../pipeline/open-detector.js';
import { servedSource, shownNames } from '../pipeline/served-source.js';
import { readZonesFile } from '../pipeline/zones-file.js';
import type { ServeOptions } from '../serve-options.js';
import { trackerOptionsFromFlags } from '../tracker-flags.js';

/** Serves until the signal is aborted. Fails where not one source could be opened. */
export async function serve(sources: readonly string[], options: ServeOptions, signal: AbortSignal): Promise<ExitCode> {
  requireFiles(sources);
  const zonesFiles = await zonesFilesFor(sources, options.count);
  const tell = options.quiet ? () => undefined : (line: string) => console.error(line);
  const model = await chosenModel(options);
  for (const note of model.notes) tell(pc.dim(note));
  const server = await openServer(options);
  try {
    const detector = await openDetectorFor(model, options, signal);
    try {
      for (const note of detector.notes) tell(pc.dim(note));
      server.describe({ runsOn: detector.runsOn });
      const names = shownNames(sources);
      const feeds = sources.map((address, i) =>
        server.add(servedSource({ address, name: names[i] ?? address, zonesFile: zonesFiles[i] }, detector, options)),
      );
      console.log(server.url);
      for (const url of server.urls.slice(1)) tell(`in the network: ${url}`);
      if (!isLoopback(options.host))
        tell(`${pc.yellow('warning:')} everyone who reaches ${options.host} can watch and stop`);
      tell(pc.dim('Ctrl-C ends it'));
      await runUntil(signal, feeds, options);
      return exitCode.interrupted;
    } finally {
      await server.close();
      await detector.close();
    }
  } finally {
    await server.close();
  }
}

function requireFiles(sources: readonly string[]): void {
  if (!sources.includes('-')) return;
  throw new FairmotError('Expected files, cameras or addresses but received - (standard input)', {
    kind: 'usage',
    hint: 'raw frames can be tracked: fairmot track - --raw-size 1920x1080',
  });
}

/** The zones file of each source, read once so that a wrong one is told before the model is opened. */
async function zonesFilesFor(sources: readonly string[], count: string | undefined): Promise<(string | undefined)[]> {
  const files = count?.split(',').map((path) => path.trim() || undefined) ?? [undefined];
  if (files.length !== 1 && files.length !== sources.length) {
    throw new FairmotError(
      `Expected one zones file, or one for each of ${sources.length} sources, for --count but received ${files.length}`,
      { kind: 'usage', hint: 'where a source has none leave its place empty: --count a.json,,c.json' },
    );
  }
  for (const path of files) if (path) await readZonesFile(path);
  return sources.map((_, i) => (files.length === 1 ? files[0] : files[i]));
}

function openServer(options: ServeOptions): Promise<LiveServer> {
  const { port, host, allowHost, quality, viewWidth: maxWidth, viewRate: maxRate } = options;
  const allowedHosts = allowHost?.split(',').map((name) => name.trim()) ?? [];
  return openLiveServer({ port, host, allowedHosts, quality, maxWidth, maxRate });
}

async function openDetectorFor(
  model: Awaited<ReturnType<typeof chosenModel>>,
  options: ServeOptions,
  signal: AbortSignal,
): Promise<OpenDetector> {
  const { device, topK, threads, precision, quiet } = options;
  const confidence = detectionConfidence(options.tracker, trackerOptionsFromFlags(options));
  const progress = quiet ? null : new BuildProgressLine();
  try {
    const hooks = progress ? { onProgress: progress.update } : {};
    return await openDetector({ model, device, confidence, topK, threads, precision, signal, ...hooks });
  } finally {
    progress?.finish();
  }
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Starts the sources and waits for the signal; throws the first failure where every source failed without one frame. */
async function runUntil(signal: AbortSignal, feeds: readonly Feed[], options: ServeOptions): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  if (options.paused) return interrupted;
  const first = Promise.all(feeds.map((feed) => feed.start().then(() => tellEnd(feed, options.quiet))));
  const noneOpened = first.then(() => {
    if (feeds.every((feed) => feed.failure !== null && feed.status().frames === 0)) throw feeds[0]?.failure;
    return interrupted;
  });
  await Promise.race([interrupted, noneOpened]);
}

function tellEnd(feed: Feed, quiet: boolean): void {
  const { name, state, message, frames } = feed.status();
  if (state === 'failed') console.error(`${pc.red('error:')} ${name}: ${message}`);
  else if (state === 'ended' && !quiet) console.error(pc.dim(`${name} ended after ${frames} frames`));
}
