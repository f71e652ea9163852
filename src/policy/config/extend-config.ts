import type { Config, Extension } from './config.js';
import { ConfigError } from './config-error.js';

/** A configuration with its place: paths in it begin at its folder. */
export interface Layer {
  /** Equal for equal configurations: the absolute path of a file, `profile npm`, `@org/policy@1.2.3`. */
  readonly id: string;
  /** Null for what lies in no folder, and so can name no files: profiles and packages. */
  readonly folder: string | null;
  readonly config: Config;
}

/** Gets what a layer extends. @throws ConfigError */
export type LoadExtension = (extension: Extension, from: Layer) => Promise<Layer>;

/** Configurations that lead from one to the next, at most: nobody keeps an overview of more. */
const MAXIMUM_DEPTH = 8;
/** Configurations in all, at most. */
const MAXIMUM_LAYERS = 64;

/**
 * A configuration and all that it extends, each once: itself first, then the last that it names with all that this one
 * extends, and so on to the first. So whatever comes earlier has the say where only one value counts.
 * @throws ConfigError `cycle`, `too-deep`, and what `load` throws
 */
export async function extendConfig(root: Layer, load: LoadExtension): Promise<Layer[]> {
  const layers = new Map<string, Layer>();

  const visit = async (layer: Layer, trail: readonly Layer[]): Promise<void> => {
    const chain = [...trail, layer];
    const names = (): string => chain.map(({ id }) => id).join(' → ');
    if (trail.some(({ id }) => id === layer.id)) {
      throw new ConfigError('cycle', `expected policies that don't extend themselves, got ${names()}`);
    }
    if (layers.has(layer.id)) return;
    if (chain.length > MAXIMUM_DEPTH || layers.size >= MAXIMUM_LAYERS) {
      throw new ConfigError(
        'too-deep',
        `expected at most ${MAXIMUM_DEPTH} policies that extend one another and ${MAXIMUM_LAYERS} in all, got more with ${names()}`,
      );
    }
    layers.set(layer.id, layer);
    for (const extension of layer.config.extends.toReversed())
      await visit(await load(extension, layer), chain);
  };

  await visit(root, []);
  return [...layers.values()];
}
