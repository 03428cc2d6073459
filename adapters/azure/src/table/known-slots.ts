import { placeText, type Address, type Slot } from './entity.ts';

/** Versions that are remembered, at most. */
const most = 4_096;

/**
 * The slots of the versions that were read or written last, so that a write at a version needs no read before it. What is
 * remembered may have been overwritten by now: then the write fails by its ETag, and reads.
 */
export class KnownSlots {
  readonly #slots = new Map<string, Slot>();

  remember(address: Address, slot: Slot): void {
    const name = nameOf(address, slot.version);
    this.#slots.delete(name);
    this.#slots.set(name, slot);
    if (this.#slots.size > most) this.#slots.delete(this.#slots.keys().next().value!);
  }

  of(address: Address, version: string): Slot | undefined {
    return this.#slots.get(nameOf(address, version));
  }
}

// ETags are instants: those of two items may be alike, so that a version counts for its own key only.
const nameOf = (address: Address, version: string): string => `${placeText(address)}\0${version}`;
