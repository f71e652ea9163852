/**
 * Characters that are taken for others: letters of other scripts for the Latin ones that they look like, and what Latin
 * letters and digits can stand for among themselves. Source: the intentional confusables of Unicode Technical Standard
 * #39, as far as IDNA 2008 admits them in a name. Both sides of a comparison are mapped.
 */
export const CONFUSABLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Cyrillic
    а: 'a',
    в: 'b',
    е: 'e',
    һ: 'h',
    і: 'l',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    п: 'n',
    о: 'o',
    р: 'p',
    ԛ: 'q',
    г: 'r',
    ѕ: 's',
    т: 't',
    у: 'y',
    ѵ: 'v',
    ԝ: 'w',
    х: 'x',
    с: 'c',
    ԁ: 'd',
    // Greek
    α: 'a',
    ε: 'e',
    η: 'n',
    ι: 'l',
    κ: 'k',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
    γ: 'y',
    ω: 'w',
    // Armenian
    հ: 'h',
    ո: 'n',
    ս: 'u',
    օ: 'o',
    // Latin
    ɑ: 'a',
    ɡ: 'g',
    ı: 'l',
    ĸ: 'k',
    ł: 'l',
    ø: 'o',
    ß: 'b',
    đ: 'd',
    // Digits and pairs of letters; i stands with 1 and l
    '0': 'o',
    '1': 'l',
    i: 'l',
    rn: 'm',
    vv: 'w',
  }),
);
