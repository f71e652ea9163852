import type { BrowserContext } from 'playwright-core';

export function openBrowser(options?: {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly javaScriptEnabled?: boolean;
}): Promise<{ readonly context: BrowserContext; readonly close: () => Promise<void> }>;
