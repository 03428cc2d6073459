import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * What the built page may load and do. It stands in the page itself, so that it holds wherever the files are served. The
 * development server injects inline scripts, so it is left out there.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** What must come before everything else in the page: its policy, and the theme that was chosen. */
const pageHead: Plugin = {
  name: 'page-head',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { server }) => [
      ...(server === undefined
        ? [
            {
              tag: 'meta',
              attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
              injectTo: 'head-prepend' as const,
            },
          ]
        : []),
      { tag: 'script', attrs: { src: './theme.js' }, injectTo: 'head' },
    ],
  },
};

const platform = 'http://127.0.0.1:4400';

export default defineConfig({
  plugins: [react(), pageHead],
  // Relative addresses: the files may be served below any path.
  base: './',
  build: {
    // The first browsers with light-dark(); below them it would be compiled into twice the rules.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/scheduling', '/pricing', '/docs', '/openapi.json'].map((path) => [path, { target: platform, ws: true }]),
    ),
  },
});
