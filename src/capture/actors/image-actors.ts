import type { ActorId } from '../../model/actor.js';
import { type Image, isSameImage } from './image.js';

interface Entry {
  readonly image: Image;
  /** Null where it says nothing: see `ImageActors`. */
  actor: ActorId | null;
  /** Another image that happens to end at the same address. */
  readonly next: Entry | undefined;
}

/**
 * Which actor an image belongs to; nobody's where several execs have had it (address randomisation off), for then it
 * proves nothing. By numbers, not by a text of them, since every exec asks several times.
 */
export class ImageActors {
  readonly #byEnd = new Map<number, Entry>();

  /** Null where it proves nothing, undefined where it is not known. */
  get(image: Image): ActorId | null | undefined {
    return this.#find(image)?.actor;
  }

  set(image: Image, actor: ActorId | null): void {
    const known = this.#find(image);
    if (known !== undefined) known.actor = actor;
    else {
      const end = image.environmentEnd;
      this.#byEnd.set(end, { image, actor, next: this.#byEnd.get(end) });
    }
  }

  #find(image: Image): Entry | undefined {
    let entry = this.#byEnd.get(image.environmentEnd);
    while (entry !== undefined && !isSameImage(entry.image, image)) entry = entry.next;
    return entry;
  }
}
