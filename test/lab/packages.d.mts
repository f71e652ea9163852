export function collectorOf(label: string): string;
export const PACKAGES: Readonly<Record<string, unknown>>;
export const GIT_PACKAGE: Readonly<Record<string, string>>;
export const WORKSPACE_PACKAGE: Readonly<Record<string, string>>;
