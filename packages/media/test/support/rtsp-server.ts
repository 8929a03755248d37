import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';

const tsPacket = 188;

/**
 * An RTSP camera (RFC 2326) that sends an MPEG-TS file as RTP (RFC 2250, payload type 33) inside its TCP connection, then cuts it.
 * After `connections` played films it refuses.
 */
export async function serveRtsp(path: string, connections: number): Promise<string> {
  const film = readFileSync(path);
  let played = 0;
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      text += data.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end);
        text = text.slice(end + 4);
        const method = /^\w+/.exec(request)?.[0] ?? '';
        if (method === 'DESCRIBE' && played >= connections) socket.end(reply(request, '503 Service Unavailable'));
        else socket.write(replyTo(method, request));
        if (method === 'PLAY') play(socket, film, ++played);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => void server.close());
  return `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
}

function replyTo(method: string, request: string): string {
  if (method === 'OPTIONS') return reply(request, '200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']);
  if (method === 'SETUP') {
    return reply(request, '200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 1']);
  }
  if (method !== 'DESCRIBE') return reply(request, '200 OK', ['Session: 1']);
  const description = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=live', 't=0 0', 'm=video 0 RTP/AVP 33', 'a=control:video'];
  return reply(request, '200 OK', ['Content-Type: application/sdp'], `${description.join('\r\n')}\r\n`);
}

function reply(request: string, status: string, headers: string[] = [], body = ''): string {
  const sequence = /CSeq: *(\d+)/i.exec(request)?.[1] ?? '0';
  const length = body ? [`Content-Length: ${body.length}`] : [];
  return `${[`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers, ...length].join('\r\n')}\r\n\r\n${body}`;
}

function play(socket: Socket, film: Buffer, session: number): void {
  for (let from = 0, sequence = 0; from < film.length; from += 7 * tsPacket, sequence++) {
    const payload = film.subarray(from, from + 7 * tsPacket);
    const header = Buffer.alloc(16);
    header.write('$', 0);
    header.writeUInt16BE(12 + payload.length, 2);
    header.set([0x80, 33], 4);
    header.writeUInt16BE(sequence & 0xffff, 6);
    header.writeUInt32BE(sequence * 90, 8);
    header.writeUInt32BE(session, 12);
    socket.write(header);
    socket.write(payload);
  }
  setTimeout(() => socket.end(), 300);
}
