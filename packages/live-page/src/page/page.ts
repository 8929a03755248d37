// The live page: one card for each source, filled from /api/events and /api/video.
import type { StatusEvent } from '../protocol.js';
import { Card } from './card.js';
import { part, setText } from './dom.js';
import { VideoStream } from './video-stream.js';

const cards = new Map<number, Card>();
const inView = new Set<number>();
const stream = new VideoStream((source, jpeg) => void cards.get(source)?.paint(jpeg));

const watchVisible = () => stream.watch(document.hidden ? [] : inView);
document.addEventListener('visibilitychange', watchVisible);

const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const id = Number((target as HTMLElement).dataset.source);
      if (isIntersecting) inView.add(id);
      else inView.delete(id);
    }
    watchVisible();
  },
  { rootMargin: '100px' },
);

function cardOf(id: number): Card {
  const known = cards.get(id);
  if (known) return known;
  const card = new Card(part<HTMLTemplateElement>(document, '#card'), (verb) => void act(id, verb));
  card.element.dataset.source = String(id);
  part(document, '#sources').append(card.element);
  cards.set(id, card);
  seen.observe(card.element);
  return card;
}

async function act(id: number, verb: 'start' | 'stop'): Promise<void> {
  const answer = await fetch(`/api/sources/${id}/${verb}`, { method: 'POST' }).catch(() => null);
  if (!answer?.ok) showLink('lost', 'The server does not answer');
}

function showStatus({ title, runsOn, sources }: StatusEvent): void {
  document.title = title;
  setText(part(document, '#title'), title);
  setText(part(document, '#machine'), runsOn ? `on ${runsOn}` : '');
  const news = sources.map((source) => cardOf(source.id).update(source)).filter((text) => text !== '');
  if (news.length > 0) setText(part(document, '#news'), news.join(' '));
}

function showLink(state: 'open' | 'lost', words: string): void {
  const link = part(document, '#link');
  link.dataset.link = state;
  setText(link, words);
}

const events = new EventSource('/api/events');
events.addEventListener('open', () => showLink('open', 'connected'));
events.addEventListener('error', () => showLink('lost', 'connection lost, trying again'));
events.addEventListener('status', ({ data }: MessageEvent<string>) => showStatus(JSON.parse(data) as StatusEvent));
