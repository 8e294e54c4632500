import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: { name: 'edge', include: ['test/edge/**/*.test.ts'] },
      },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'] } },
      { test: { name: 'deno', include: ['test/deno/**/*.test.ts'] } },
    ],
  },
});
