import { checkListOptions, checkObjectKey, checkPutOptions } from '../object-keys.ts';
import { PortError } from '../errors.ts';
import type {
  ListedObject,
  ObjectCondition,
  ObjectCopyResult,
  ObjectInfo,
  ObjectListOptions,
  ObjectPutOptions,
  ObjectPutResult,
  ObjectsPort,
} from '../objects.ts';
import type { Page } from '../table.ts';
import { compareUtf8 } from '../units.ts';

/** An object as it is held. */
export interface HeldObject extends ObjectInfo {
  readonly content: Uint8Array;
}

/** What a write is known by: its tag, and when it happens. */
export interface Written {
  readonly tag: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What a place for objects holds, as plain synchronous code: the reference that every adapter is compared with. Each method
 * has the result of the contract's method of that name. Tags come from outside, since each engine has its own.
 */
export class ObjectsState {
  readonly #port: Pick<ObjectsPort, 'name' | 'maxObjectBytes'>;
  readonly #objects: Map<string, HeldObject>;

  constructor(port: Pick<ObjectsPort, 'name' | 'maxObjectBytes'>, from?: ReadonlyMap<string, HeldObject>) {
    this.#port = port;
    this.#objects = new Map(from);
  }

  clone(): ObjectsState {
    return new ObjectsState(this.#port, this.#objects);
  }

  get(key: string): HeldObject | undefined {
    checkObjectKey(this.#port.name, key);
    return this.#objects.get(key);
  }

  head(key: string): ObjectInfo | undefined {
    const held = this.get(key);
    if (held === undefined) return undefined;
    const { content: _content, ...info } = held;
    return info;
  }

  /** @throws {PortError} `invalid` and `too-large`, as a put of this content would. */
  check(key: string, sizeBytes: number, options: ObjectPutOptions): void {
    const { name, maxObjectBytes } = this.#port;
    checkObjectKey(name, key);
    checkPutOptions(name, options);
    if (sizeBytes > maxObjectBytes)
      throw new PortError('too-large', `objects "${name}": more than the ${maxObjectBytes} bytes that fit`);
  }

  put(key: string, content: Uint8Array, options: ObjectPutOptions, { tag, now }: Written): ObjectPutResult {
    this.check(key, content.length, options);
    if (!this.#holds(key, options.condition)) return { kind: 'conflict' };
    const { contentType = 'application/octet-stream', metadata = {} } = options;
    const info = { key, tag, sizeBytes: content.length, modifiedAt: now, contentType, metadata: { ...metadata } };
    this.#objects.set(key, { ...info, content });
    return { kind: 'written', tag };
  }

  copy(from: string, to: string, { tag, now }: Written): ObjectCopyResult {
    checkObjectKey(this.#port.name, to);
    const source = this.get(from);
    if (source === undefined) return { kind: 'not-found' };
    if (from === to) return { kind: 'copied', tag: source.tag };
    this.#objects.set(to, { ...source, key: to, tag, modifiedAt: now });
    return { kind: 'copied', tag };
  }

  delete(key: string): void {
    checkObjectKey(this.#port.name, key);
    this.#objects.delete(key);
  }

  list(options: ObjectListOptions = {}): Page<ListedObject> {
    const { prefix, limit } = checkListOptions(this.#port.name, options);
    const after = options.cursor === undefined ? '' : this.#after(prefix, options.cursor);
    const keys = [...this.#objects.keys()]
      .filter((key) => key.startsWith(prefix) && compareUtf8(key, after) > 0)
      .sort(compareUtf8);
    const page = keys.slice(0, limit);
    return {
      items: page.map((key) => listed(this.#objects.get(key)!)),
      ...(keys.length > limit ? { cursor: encodeURIComponent(JSON.stringify([prefix, page.at(-1)])) } : {}),
    };
  }

  #after(prefix: string, cursor: string): string {
    try {
      const [of, after] = JSON.parse(decodeURIComponent(cursor)) as unknown[];
      if (of === prefix && typeof after === 'string') return after;
    } catch {
      // Falls through: what cannot be read is refused like what belongs to another list.
    }
    throw new PortError('invalid', `objects "${this.#port.name}": the cursor does not belong to this list`);
  }

  #holds(key: string, condition: ObjectCondition | undefined): boolean {
    if (condition === undefined) return true;
    const standing = this.#objects.get(key);
    return condition === 'absent' ? standing === undefined : standing?.tag === condition.tag;
  }
}

const listed = ({ key, tag, sizeBytes, modifiedAt }: HeldObject): ListedObject => ({ key, tag, sizeBytes, modifiedAt });
