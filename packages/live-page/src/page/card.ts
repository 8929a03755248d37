import type { Count, SourceStatus, StageTime } from '../protocol.js';
import { CanvasPicture } from './canvas-picture.js';
import { part, setText } from './dom.js';
import { sparkline } from './sparkline.js';
import { curtainWords, duration, factsLine, messageWords, pictureWords, shortNumber, stateWords } from './words.js';

/** Two minutes at two values a second. */
const mostValues = 240;

/** One source on the page. */
export class Card {
  readonly element: HTMLElement;
  readonly #picture: CanvasPicture;
  readonly #history: number[] = [];
  #state = '';
  #stages = '';
  #counts = '';

  /** `act` is asked to start or stop the source. */
  constructor(template: HTMLTemplateElement, act: (verb: 'start' | 'stop') => void) {
    const copy = template.content.cloneNode(true) as DocumentFragment;
    this.element = part(copy, '.card');
    this.#picture = new CanvasPicture(part<HTMLCanvasElement>(this.element, 'canvas'));
    const button = part<HTMLButtonElement>(this.element, 'button');
    button.addEventListener('click', () => act(button.dataset.does === 'start' ? 'start' : 'stop'));
  }

  async paint(jpeg: Blob): Promise<void> {
    await this.#picture.paint(jpeg);
    setText(part(this.element, '.curtain'), '');
  }

  /** Shows the numbers; returns what is worth saying aloud: the new state, else nothing. */
  update(status: SourceStatus): string {
    const { name, state } = status;
    setText(part(this.element, 'h2'), name);
    part(this.element, 'canvas').setAttribute('aria-label', pictureWords(status));
    if (!this.#picture.painted) setText(part(this.element, '.curtain'), curtainWords(status));
    if (status.width && status.height) {
      part(this.element, '.picture').style.setProperty('--shape', `${status.width} / ${status.height}`);
    }
    this.#showState(status);
    this.#showNumbers(status);
    this.#showStages(status.stages, status.detail);
    this.#showCounts(status.counts);
    setText(part(this.element, '.facts'), factsLine(status));
    const news = state === this.#state ? '' : `${name} is ${stateWords[state]}. ${status.message ?? ''}`;
    this.#state = state;
    return news;
  }

  #showState(status: SourceStatus): void {
    const { name, state } = status;
    const chip = part(this.element, '.state');
    chip.dataset.state = state;
    setText(chip, stateWords[state]);
    const words = part(this.element, '.message');
    words.dataset.state = state;
    setText(words, messageWords(status));
    const button = part<HTMLButtonElement>(this.element, 'button');
    const stops = state === 'running' || state === 'starting' || state === 'stopping';
    button.dataset.does = stops ? 'stop' : 'start';
    button.disabled = state === 'stopping';
    const verb = stops ? 'Stop' : state === 'stopped' ? 'Start' : 'Start again';
    setText(button, verb);
    button.setAttribute('aria-label', `${verb} ${name}`);
  }

  #showNumbers({ now, total, fps, frames, latencyMs, state }: SourceStatus): void {
    const [latency, unit] = latencyMs === null ? ['–', ''] : duration(latencyMs);
    const known = frames > 0;
    this.#number('now', known ? String(now) : '–');
    this.#number('total', known ? total.toLocaleString('en') : '–');
    this.#number('fps', state === 'running' ? shortNumber(fps) : '–');
    this.#number('latency', latency, unit);
    if (state === 'running') this.#history.push(now);
    part(this.element, '.history').hidden = this.#history.length < 2;
    if (this.#history.length > mostValues) this.#history.shift();
    const { line, area } = sparkline(this.#history);
    part(this.element, '.spark .line').setAttribute('d', line);
    part(this.element, '.spark .area').setAttribute('d', area);
  }

  #number(name: string, text: string, unit = ''): void {
    const place = part(this.element, `[data-number="${name}"]`);
    if (place.textContent === text + unit) return;
    const small = document.createElement('small');
    small.textContent = unit;
    place.replaceChildren(text, ...(unit ? [small] : []));
  }

  #showStages(stages: readonly StageTime[], detail: readonly StageTime[]): void {
    const words = ({ name, ms }: StageTime) => `${name} ${duration(ms).join(' ')}`;
    const text = stages.map(words).join();
    part(this.element, '.stages').hidden = stages.length === 0;
    if (text !== this.#stages) {
      this.#stages = text;
      const hue = (i: number) => `hue-${Math.min(5, i + 1)}`;
      const bars = stages.map(({ ms }, i) => child('span', hue(i), '', `${Math.max(ms, 0.001)} 1 0`));
      part(this.element, '.bar').replaceChildren(...bars);
      part(this.element, '.stages ul').replaceChildren(...stages.map((stage, i) => child('li', hue(i), words(stage))));
    }
    setText(
      part(this.element, '.detail'),
      detail.length > 0 ? `inside the network: ${detail.map(words).join(', ')}` : '',
    );
  }

  #showCounts(counts: readonly Count[]): void {
    const text = JSON.stringify(counts);
    if (text === this.#counts) return;
    this.#counts = text;
    const items = counts.map(({ name, values }) => {
      const item = child('li', '', '');
      const numbers = Object.entries(values).map(([key, value]) => `${key} ${value.toLocaleString('en')}`);
      const label = document.createElement('b');
      label.textContent = name;
      item.append(label, numbers.join(' · '));
      return item;
    });
    part(this.element, '.counts').hidden = counts.length === 0;
    part(this.element, '.counts ul').replaceChildren(...items);
  }
}

function child(tag: string, className: string, text: string, flex?: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  if (flex) element.style.flex = flex;
  return element;
}
