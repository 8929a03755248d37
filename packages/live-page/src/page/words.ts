// Numbers and states as people read them.
import type { SourceState, SourceStatus } from '../protocol.js';

export const stateWords: Readonly<Record<SourceState, string>> = {
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  ended: 'at its end',
  failed: 'failed',
};

/** `0.42`, `7.3`, `128`: three figures at most below a thousand. */
export function shortNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toFixed(value < 1 ? 2 : 1);
}

/** `7.3 ms`, `1.2 s`. */
export function duration(ms: number): [value: string, unit: string] {
  return ms < 1000 ? [shortNumber(ms), 'ms'] : [shortNumber(ms / 1000), 's'];
}

/** What stands below a source, in one line. */
export function factsLine(status: SourceStatus): string {
  const { width, height, live, frames, dropped, reconnects } = status;
  const times = (count: number) => (count === 1 ? 'once' : `${count.toLocaleString('en')} times`);
  return [
    width && height ? `${width} × ${height}` : '',
    live ? 'live stream' : '',
    frames > 0 ? `frame ${frames.toLocaleString('en')}` : '',
    dropped > 0 ? `${dropped.toLocaleString('en')} dropped` : '',
    reconnects > 0 ? `reconnected ${times(reconnects)}` : '',
  ]
    .filter((text) => text !== '')
    .join(' · ');
}

/** What the picture shows, for those who do not see it. */
export function pictureWords({ name, now, state }: SourceStatus): string {
  if (state !== 'running') return `Last picture of ${name}`;
  return `Live picture of ${name}, ${now} ${now === 1 ? 'person' : 'people'} in view`;
}

/** What covers a picture that has not come. */
export function curtainWords({ state }: SourceStatus): string {
  if (state === 'starting') return 'Opening the source';
  return state === 'running' || state === 'stopping' ? 'Waiting for a picture' : 'No picture yet';
}

/** What went wrong or was told, and what to do, as sentences. */
export function messageWords({ message, hint }: SourceStatus): string {
  const sentences = [message, hint].filter((text) => text !== null && text !== '') as string[];
  return sentences.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`).join('. ');
}
