import { get, type IncomingMessage, request } from 'node:http';

/** Opens an answer that goes on. Nothing is read before somebody listens. */
export function openAnswer(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      response.on('error', () => {});
      resolve(response);
    }).on('error', reject);
  });
}

/** A whole answer; fetch would not send these headers. */
export function ask(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    asked.on('error', reject).end();
  });
}

export interface ReceivedPicture {
  readonly source: number;
  readonly frame: number;
  readonly jpeg: Buffer;
}

/** Collects the pictures of an MJPEG answer, cut by hand. */
export function collectPictures(response: IncomingMessage): ReceivedPicture[] {
  const pictures: ReceivedPicture[] = [];
  let bytes = Buffer.alloc(0);
  response.on('data', (piece: Buffer) => {
    bytes = Buffer.concat([bytes, piece]);
    for (;;) {
      const end = bytes.indexOf('\r\n\r\n');
      const head = bytes.subarray(0, end).toString('latin1');
      const number = (name: string) => Number(new RegExp(`${name}: (\\d+)`).exec(head)?.[1]);
      const length = number('Content-Length');
      if (end < 0 || bytes.length < end + 4 + length) return;
      const jpeg = bytes.subarray(end + 4, end + 4 + length);
      pictures.push({ source: number('X-Source'), frame: number('X-Frame'), jpeg });
      bytes = bytes.subarray(end + 4 + length);
    }
  });
  return pictures;
}

export interface ReceivedEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Collects server-sent events. */
export function collectEvents(response: IncomingMessage): ReceivedEvent[] {
  const events: ReceivedEvent[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (piece: string) => {
    const blocks = (text + piece).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (event) events.push({ event, data: JSON.parse(data) });
    }
  });
  return events;
}
