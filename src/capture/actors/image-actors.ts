import type { ActorId } from '../../model/actor.js';
import { type Image, imageKey, isSameImage } from './image.js';

/**
 * Which actor an image belongs to; nobody's where several execs have had it (address randomisation off), for then it
 * proves nothing. By a number where that is enough, since every exec asks several times.
 */
export class ImageActors {
  /** The first image that ended at each address. */
  readonly #byEnd = new Map<number, { readonly image: Image; actor: ActorId | null }>();
  /** Others that ended at the same. */
  readonly #others = new Map<string, ActorId | null>();

  /** Null where it proves nothing, undefined where it is not known. */
  get(image: Image): ActorId | null | undefined {
    const first = this.#byEnd.get(image.environmentEnd);
    if (first === undefined) return undefined;
    return isSameImage(first.image, image) ? first.actor : this.#others.get(imageKey(image));
  }

  set(image: Image, actor: ActorId | null): void {
    const first = this.#byEnd.get(image.environmentEnd);
    if (first === undefined) this.#byEnd.set(image.environmentEnd, { image, actor });
    else if (isSameImage(first.image, image)) first.actor = actor;
    else this.#others.set(imageKey(image), actor);
  }
}
