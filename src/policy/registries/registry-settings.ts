import { ConfigError } from '../config/config-error.js';
import { readYaml } from '../config/yaml-text.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What one source says: scope → address of its registry, `''` for packages without a scope of their own. */
export type RegistrySettings = ReadonlyMap<string, string>;

/** Characters of a file, at most: real ones have some hundred. */
const MAXIMUM_CHARACTERS = 256 * 1024;

/** Registries of an `.npmrc`, which npm, pnpm and yarn 1 read. Later lines win, as npm has it. */
export function settingsOfNpmrc(text: string, environment: Environment): RegistrySettings {
  const settings = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [, scope, value = ''] = /^\s*(?:(@[^:=\s]+):)?registry\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (value !== '') settings.set(scope ?? '', expand(unquote(value), environment));
  }
  return settings;
}

/** Registries of a `.yarnrc` of yarn 1: a key, a blank, and a value in quotes or without. */
export function settingsOfYarnrc(text: string): RegistrySettings {
  const settings = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [, scope, value = ''] = /^\s*"?(?:(@[^:\s]+):)?registry"?\s+(\S+)\s*$/.exec(line) ?? [];
    if (value !== '') settings.set(scope ?? '', unquote(value));
  }
  return settings;
}

/** Registries of a `.yarnrc.yml` (yarn 2 and later). What is no YAML says nothing here; yarn itself refuses it. */
export function settingsOfYarnYaml(text: string, environment: Environment): RegistrySettings {
  const settings = new Map<string, string>();
  const take = (scope: string, from: unknown): void => {
    const server = propertyOf(from, 'npmRegistryServer');
    if (typeof server === 'string') settings.set(scope, expand(server, environment));
  };
  const root = yamlValue(text);
  take('', root);
  const scopes = propertyOf(root, 'npmScopes');
  if (typeof scopes !== 'object' || scopes === null) return settings;
  for (const [scope, own] of Object.entries(scopes)) take(`@${scope}`, own);
  return settings;
}

/** Registries of the environment: `npm_config_registry` in any case, and yarn's own variables. */
export function settingsOfEnvironment(environment: Environment): RegistrySettings {
  const settings = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    const [, scope] = /^npm_config_(?:(@[^:]+):)?registry$/i.exec(name) ?? [];
    const isOwn = /^npm_config_(?:@[^:]+:)?registry$|^yarn_(?:npm_registry_server|registry)$/i.test(name);
    if (isOwn && value !== undefined && value !== '') settings.set(scope ?? '', value);
  }
  return settings;
}

/** The registry that npm's own `definitions.js` has for those who set none; null where it says it otherwise. */
export function defaultOfNpm(definitions: string): string | null {
  return /\('registry',\s*\{\s*default:\s*['"`](https?:\/\/[^'"`\s]+)['"`]/.exec(definitions)?.[1] ?? null;
}

/** The same of yarn's own program, of version 1 or a later one. */
export function defaultOfYarn(program: string): string | null {
  const found =
    /\bYARN_REGISTRY\s*=\s*['"](https?:\/\/[^'"\s]+)['"]/.exec(program) ??
    /\bnpmRegistryServer:\s*\{[^{}]{0,500}\bdefault:\s*['"](https?:\/\/[^'"\s]+)['"]/.exec(program);
  return found?.[1] ?? null;
}

function linesOf(text: string): string[] {
  return text.slice(0, MAXIMUM_CHARACTERS).split(/\r?\n/);
}

function unquote(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}

/** `${NAME}` of npm and yarn, `${NAME-default}` and `${NAME:-default}` of yarn. */
function expand(value: string, environment: Environment): string {
  return value.replace(/\$\{(\w+)(?:\?|:?-([^}]*))?\}/g, (whole, name: string, otherwise?: string) => {
    return environment[name] ?? otherwise ?? whole;
  });
}

function yamlValue(text: string): unknown {
  try {
    return readYaml(text, '.yarnrc.yml').value;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
