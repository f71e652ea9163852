/** Paints text by what it means; the identity without colours. Paint after the layout: escapes have no width. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Select Graphic Rendition parameters of ECMA-48 §8.3.117: the eight basic colours, which any theme redefines. */
const CODES: Readonly<Record<keyof Paint, readonly [number, number]>> = {
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
};

export function paintFor(colour: boolean): Paint {
  const paint = (meaning: keyof Paint) => (text: string) => {
    const [on, off] = CODES[meaning];
    return colour && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  return {
    strong: paint('strong'),
    faint: paint('faint'),
    good: paint('good'),
    warning: paint('warning'),
    bad: paint('bad'),
  };
}
