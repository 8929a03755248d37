import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { refusal } from '../src/request-guard.js';

const local = { bind: '127.0.0.1', more: [] };
const everywhere = { bind: '0.0.0.0', more: ['cam.example'] };
const asked = (host: string | undefined, headers: Record<string, string> = {}, method = 'GET', url = '/') => ({
  method,
  url,
  headers: { ...(host === undefined ? {} : { host }), ...headers },
});

describe('the Host header', () => {
  test.each(['localhost:8080', '127.0.0.1:8080', '127.0.0.1', '[::1]:8080', 'LOCALHOST'])(
    '%s is this machine',
    (host) => {
      expect(refusal(asked(host), local)).toBeNull();
    },
  );

  test.each([
    undefined,
    '',
    'evil.example',
    'evil.example:8080',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.7',
    'a b',
    'localhost@evil.example',
  ])('%s is not', (host) => {
    expect(refusal(asked(host), local)).toMatch(/^Expected a Host header that names this server but received/);
  });

  test('listening everywhere, every address and the own name are, other names are not', () => {
    for (const host of ['10.0.0.7:8080', '[fe80::1]', `${hostname()}:8080`, 'cam.example']) {
      expect(refusal(asked(host), everywhere)).toBeNull();
    }
    expect(refusal(asked('evil.example'), everywhere)).toMatch(/^Expected a Host header/);
  });
});

describe('other sites', () => {
  const host = 'localhost:8080';
  test.each([
    ['its own page', { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }, 'POST', true],
    ['a program', {}, 'POST', true],
    ['the address bar', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 'GET', true],
    ['a link to the page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'GET', true],
    ['a form elsewhere', { origin: 'https://evil.example' }, 'POST', false],
    ['a form without scripts', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'POST', false],
    ['a sandboxed frame', { origin: 'null' }, 'POST', false],
    ['another port of this machine', { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }, 'GET', false],
    ['a picture elsewhere', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'GET', false],
  ] as const)('%s', (_, headers, method, allowed) => {
    expect(refusal(asked(host, headers, method), local) === null).toBe(allowed);
  });

  test('a link leads to the page and nowhere else', () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(refusal(asked(host, link, 'GET', '/api/video'), local)).toMatch(/another site/);
  });
});
