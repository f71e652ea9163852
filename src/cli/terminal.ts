/** How to write to a stream. */
export interface Appearance {
  readonly colour: boolean;
  /** Columns. */
  readonly width: number;
}

/** Columns of a stream that is no terminal. */
const DEFAULT_WIDTH = 100;

/** Colour only where a terminal shows it, unless NO_COLOR (no-color.org) or FORCE_COLOR say otherwise. */
export function appearanceOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: NodeJS.ProcessEnv,
): Appearance {
  const forced =
    environment.FORCE_COLOR !== undefined &&
    environment.FORCE_COLOR !== '' &&
    environment.FORCE_COLOR !== '0';
  const refused = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  return {
    colour: refused ? false : forced || stream.isTTY === true,
    // A terminal that nobody has given a size says 0.
    width: stream.columns || DEFAULT_WIDTH,
  };
}
