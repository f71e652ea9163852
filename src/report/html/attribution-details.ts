import type { Evidence } from '../../model/attribution.js';
import { countText } from '../quantity.js';
import { facts } from './facts.js';
import { type Child, h, type MarkupElement } from './markup.js';
import type { PageAttribution, PageData, PageFrame, PageStack } from './page-data.js';
import { shortText } from './place.js';

/** Chains that are written out for one package: the shortest say most. */
const MOST_CHAINS = 8;

/** What each kind of evidence rests on. */
const EVIDENCE_WORDS: Readonly<Record<Evidence, string>> = {
  'stack+hash': 'its code was on the stack, and is the file on disk',
  'exec-lineage': 'a script of the package started the process',
  stack: 'its code was on the stack, as the process told it',
  'async-context': 'its code had started what led to this',
  'package-manager': "the package manager's own traffic",
  native: 'native code of the package',
  'process-only': 'the process is known, no package is',
  unattributed: 'no process could be tied to it',
};

export function attributionList(data: PageData, indexes: readonly number[]): Child {
  return indexes.map((index) => {
    const attribution = data.attributions[index];
    return attribution === undefined ? null : attributionDetails(attribution);
  });
}

export function attributionDetails(one: PageAttribution): MarkupElement {
  return h(
    'article',
    { class: 'who' },
    h('p', {}, h('strong', {}, one.who), one.lifecycle === null ? null : ` (${one.lifecycle})`),
    one.why.length === 0
      ? null
      : h(
          'ul',
          { class: 'chains', 'aria-label': 'Why it is in the tree' },
          one.why.slice(0, MOST_CHAINS).map((chain) => h('li', {}, chainMarkup(chain))),
          one.why.length <= MOST_CHAINS
            ? null
            : h('li', { class: 'faint' }, `and ${countText(one.why.length - MOST_CHAINS, 'other way')}`),
        ),
    facts([
      ['Evidence', `${one.evidence}: ${EVIDENCE_WORDS[one.evidence]}`],
      ['Location', one.location === null ? null : h('code', {}, one.location === '' ? '.' : one.location)],
      ['Script', one.script === null ? null : h('code', {}, one.script)],
      ['Process', one.command === null ? null : h('code', {}, one.command)],
      ['Folder', one.cwd === null ? null : h('code', {}, one.cwd)],
      ['Contradicted', one.contradictions.length === 0 ? null : one.contradictions.join('; ')],
    ]),
    one.stack === null ? null : stackDetails(one.stack),
  );
}

function chainMarkup(chain: readonly string[]): Child {
  return chain.flatMap((name, index) => [
    ...(index === 0 ? [] : [h('span', { class: 'faint' }, ' › ')]),
    index === chain.length - 1 ? h('strong', {}, name) : name,
  ]);
}

function stackDetails({ sink, cause, entry, clients, frames }: PageStack): Child {
  return [
    facts([
      ['Cause', cause ?? 'none but HTTP clients'],
      ['Through', clients.length === 0 ? null : clients.map(({ who }) => who).join(', ')],
      ['Sink', sink],
      ['Entry', entry],
    ]),
    frames.length === 0
      ? null
      : h(
          'ol',
          { class: 'frames', 'aria-label': 'Frames, innermost first' },
          frames.map((frame) => h('li', {}, frameMarkup(frame))),
        ),
  ];
}

function frameMarkup({ who, place, function: name, bundle, isFile }: PageFrame): Child {
  return [
    h('code', {}, place),
    name === null ? null : ` ${shortText(name, 80)}`,
    h('span', { class: 'faint' }, ` ${who ?? 'no package'}`),
    bundle === null ? null : h('span', { class: 'faint' }, `, in the bundle ${bundle}`),
    isFile ? null : h('span', { class: 'faint' }, ', not the file on disk'),
  ];
}
