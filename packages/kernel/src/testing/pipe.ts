import type { World } from './world.ts';

/** One direction of a connection in virtual time: what is put in comes out in order, late as the world's faults have it. */
export class Pipe<Item> {
  readonly #world: World;
  readonly #read: (item: Item) => void;
  readonly #onWay: { readonly item: Item; readonly at: number }[] = [];
  #lastAt = 0;
  #held = false;
  #cut = false;

  constructor(world: World, read: (item: Item) => void) {
    this.#world = world;
    this.#read = read;
  }

  put(item: Item): void {
    if (this.#cut) return;
    const now = this.#world.now();
    const at = Math.max(this.#lastAt, now + this.#world.lateness());
    this.#lastAt = at;
    this.#onWay.push({ item, at });
    if (at <= now) this.#world.soon(() => this.#arrive());
    else this.#world.at(at, () => this.#arrive(), { volatile: true });
  }

  /** Lets nothing out until it is released. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#world.soon(() => this.#arrive());
  }

  /** Loses what is on its way, and all that is put in from now on. */
  cut(): void {
    this.#cut = true;
    this.#onWay.length = 0;
  }

  #arrive(): void {
    while (!this.#held && !this.#cut && this.#onWay.length > 0 && this.#onWay[0]!.at <= this.#world.now()) {
      this.#read(this.#onWay.shift()!.item);
    }
  }
}
