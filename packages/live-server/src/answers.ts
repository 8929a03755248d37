import type { ServerResponse } from 'node:http';

/** Answers one request. */
export type Handler = (response: ServerResponse) => void;

export function answer(status: number, type: string, body: string | Buffer): Handler {
  return (response) => {
    response.writeHead(status, {
      'Content-Type': type,
      'Cache-Control': 'no-cache',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
}

export const jsonAnswer = (status: number, value: object): Handler =>
  answer(status, 'application/json', JSON.stringify(value));

export const errorAnswer = (status: number, error: string): Handler => jsonAnswer(status, { error });
