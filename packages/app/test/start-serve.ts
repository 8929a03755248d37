// Runs `fairmot serve` until the test has seen enough.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { type Ran, runFairmot } from './run-fairmot.js';

export interface Serving {
  readonly url: string;
  /** Ctrl-C; resolves with how it ended. */
  interrupt(): Promise<Ran>;
}

/** Starts the server on any free port and waits for its address. */
export async function startServe(args: readonly string[]): Promise<Serving> {
  let child: ChildProcess | undefined;
  let found: (url: string) => void = () => {};
  const address = new Promise<string>((resolve) => (found = resolve));
  const ended = runFairmot(['serve', ...args, '--port', '0'], {
    onStart: (started) => {
      child = started;
      let text = '';
      started.stdout?.on('data', (piece: string) => {
        text += piece;
        const url = /^(http:\S+)\n/m.exec(text)?.[1];
        if (url) found(url);
      });
    },
  });
  const early = ended.then(({ stderr }) => {
    throw new Error(`Expected a server but received: ${stderr}`);
  });
  early.catch(() => {});
  const url = await Promise.race([address, early]);
  return {
    url,
    interrupt: () => {
      child?.kill('SIGINT');
      return ended;
    },
  };
}

/** Path of a Chromium or Chrome on this machine, null where there is none. */
export function chromiumPath(): string | null {
  for (const name of [process.env.CHROMIUM_PATH, 'chromium', 'chromium-browser', 'google-chrome']) {
    if (!name) continue;
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name.includes('/') ? name : execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // Not this one.
    }
  }
  return null;
}
