// Values as columns, which the native core makes JSON text of: lengths, layouts and booleans as words, numbers as doubles,
// and all strings joined to one text, which costs less than crossing with each. `core/src/serialize/write.rs` says what
// stands where. Everything on this page runs for every member of long answers.
import { jsonUnder } from './json.ts';
import { ARRAY, BOOLEAN, NUMBER, OBJECT, STRING } from './shape.ts';
import { MAX_DEPTH, isOther, isRecord, isUntouched, mayInherit, textOf } from './text.ts';

import type { NativeShape } from './layouts.ts';
import type { Layout, Place } from './shape.ts';

const { hasOwnProperty } = Object.prototype;

/** Markers in the place of a length; see `core/src/serialize/write.rs`. */
const NULL = 0xffff_fffe;
const RAW_TEXT = 0xffff_ffff;

/** Room at first, and at most: what does not fit is written in JavaScript. Chosen: some 30,000 objects of eight members. */
const FIRST_ROOM = 16 * 1024;
const MOST_ROOM = 256 * 1024;

/** The columns of a thread; one value is in them at a time. */
export class Columns {
  words: Uint32Array = new Uint32Array(FIRST_ROOM);
  numbers: Float64Array = new Float64Array(FIRST_ROOM);
  text = '';
  wordCount = 0;
  numberCount = 0;
  /** Of the value that is taken in; grows with what is learned of its objects. */
  #shape: NativeShape | undefined;
  #isFilling = false;

  /**
   * Takes a value in; `false` when there is no room for it, or while another is taken in. Throws what reading the value
   * throws, and what `textOf` throws.
   */
  gather(shape: NativeShape, value: unknown): boolean {
    // A getter may do anything, answering included.
    if (this.#isFilling) return false;
    this.#isFilling = true;
    this.#shape = shape;
    try {
      for (;;) {
        this.text = '';
        this.wordCount = 0;
        this.numberCount = 0;
        if (!this.#put(shape.root, value, '', 0)) return false;
        // What lies behind the end of an array was not stored.
        if (this.wordCount <= this.words.length && this.numberCount <= this.numbers.length) return true;
        if (!this.#grow()) return false;
      }
    } finally {
      this.#isFilling = false;
      this.#shape = undefined;
    }
  }

  /**
   * Writes what was taken in last as JSON text; returns how many bytes it has. It is in `into` at `at` if there is room, and
   * else waits for `take`.
   */
  write({ program }: NativeShape, into: Uint8Array, at: number): number {
    const { words, wordCount, numbers, numberCount, text } = this;
    this.text = '';
    return program.write(words, wordCount, numbers, numberCount, text, text.length, into, at);
  }

  #grow(): boolean {
    if (this.wordCount > MOST_ROOM || this.numberCount > MOST_ROOM) return false;
    if (this.wordCount > this.words.length) this.words = new Uint32Array(roomFor(this.wordCount));
    if (this.numberCount > this.numbers.length) this.numbers = new Float64Array(roomFor(this.numberCount));
    return true;
  }

  /** Takes in what stands under `key`; `false` where the member is dropped. */
  #put(place: Place, value: unknown, key: string, depth: number): boolean {
    const { shape } = place;
    if (shape === OBJECT) {
      if (typeof value === 'object' && value !== null && depth < MAX_DEPTH && isRecord(value)) {
        this.#putRecord(place, value as Record<string, unknown>, key, depth + 1);
        return true;
      }
    } else if (shape === ARRAY) {
      if (Array.isArray(value) && depth < MAX_DEPTH && isUntouched(value)) {
        this.#putArray(place, value, key, depth + 1);
        return true;
      }
    } else if (shape === STRING) {
      if (typeof value === 'string') {
        this.words[this.wordCount++] = value.length;
        this.text += value;
        return true;
      }
    } else if (shape === NUMBER) {
      if (typeof value === 'number' || value === null) {
        this.numbers[this.numberCount++] = value ?? NaN;
        return true;
      }
      return false;
    } else if (shape === BOOLEAN) {
      if (typeof value === 'boolean') {
        this.words[this.wordCount++] = value ? 1 : 0;
        return true;
      }
    } else {
      const text = textOf(place, value, key, depth);
      if (text === undefined) return false;
      this.words[this.wordCount++] = text.length;
      this.text += text;
      return true;
    }
    if (value === null) {
      this.words[this.wordCount++] = NULL;
      return true;
    }
    return this.#putText(jsonUnder(key, value));
  }

  /** Takes in the JSON text of a value that is not of the shape of its place. */
  #putText(text: string | undefined): boolean {
    if (text === undefined) return false;
    this.words[this.wordCount++] = RAW_TEXT;
    this.words[this.wordCount++] = text.length;
    this.text += text;
    return true;
  }

  #putArray(place: Place, values: readonly unknown[], key: string, depth: number): void {
    const items = place.items as Place;
    const { wordCount, numberCount, text } = this;
    const { length } = values;
    this.words[this.wordCount++] = length;
    for (let index = 0; index < length; index += 1) {
      const value = values[index];
      if (items.shape === OBJECT && typeof value === 'object' && value !== null && isRecord(value)) {
        this.#putRecord(items, value as Record<string, unknown>, '', depth + 1);
      } else if (!this.#put(items, value, String(index), depth)) {
        if (items.shape === NUMBER) {
          // A column of numbers has room for nothing else.
          this.wordCount = wordCount;
          this.numberCount = numberCount;
          this.text = text;
          this.#putText(textOf(place, values, key, depth - 1));
          return;
        }
        // What has no text is `null` in an array.
        if (items.shape === STRING || items.shape === BOOLEAN || items.shape === ARRAY || items.shape === OBJECT) {
          this.words[this.wordCount++] = NULL;
        } else {
          this.words[this.wordCount++] = 4;
          this.text += 'null';
        }
      }
    }
  }

  #putRecord(place: Place, record: Record<string, unknown>, key: string, depth: number): void {
    const { wordCount, numberCount, text } = this;
    if (this.#putMembers(place.layouts[place.recent] as Layout, record, depth)) return;
    this.wordCount = wordCount;
    this.numberCount = numberCount;
    this.text = text;
    const layout = isOther(record) ? undefined : this.#shape?.layoutFor(place, record);
    if (layout !== undefined) {
      place.recent = layout.number;
      if (this.#putMembers(layout, record, depth)) return;
      this.wordCount = wordCount;
      this.numberCount = numberCount;
      this.text = text;
    }
    this.#putText(textOf(place, record, key, depth - 1));
  }

  /** Takes in the members of an object; `false` when they are not those of the layout, in its order. */
  #putMembers(layout: Layout, record: Record<string, unknown>, depth: number): boolean {
    const { keys, shapes, places, masks } = layout;
    const { words, numbers } = this;
    const { length } = keys;
    let { wordCount, numberCount, text } = this;
    words[wordCount++] = layout.number;
    const lacks = wordCount;
    for (let mask = 0; mask < masks; mask += 1) words[wordCount++] = 0;
    const inherits = mayInherit(record);
    let at = 0;
    let isEmpty = true;
    for (const key in record) {
      if (inherits && !hasOwnProperty.call(record, key)) continue;
      while (key !== keys[at]) {
        if (at >= length) return false;
        words[lacks + (at >>> 5)] = (words[lacks + (at >>> 5)] as number) | (1 << (at & 31));
        at += 1;
      }
      isEmpty = false;
      const value = record[key];
      const shape = shapes[at];
      if (shape === STRING && typeof value === 'string') {
        words[wordCount++] = value.length;
        text += value;
      } else if (shape === NUMBER && typeof value === 'number') {
        numbers[numberCount++] = value;
      } else if (shape === BOOLEAN && typeof value === 'boolean') {
        words[wordCount++] = value ? 1 : 0;
      } else {
        if (shape === NUMBER && value !== null && value !== undefined) return false;
        this.wordCount = wordCount;
        this.numberCount = numberCount;
        this.text = text;
        if (value === undefined || !this.#put(places[at] as Place, value, key, depth)) {
          words[lacks + (at >>> 5)] = (words[lacks + (at >>> 5)] as number) | (1 << (at & 31));
        }
        ({ wordCount, numberCount, text } = this);
      }
      at += 1;
    }
    for (; at < length; at += 1) {
      words[lacks + (at >>> 5)] = (words[lacks + (at >>> 5)] as number) | (1 << (at & 31));
    }
    this.wordCount = wordCount;
    this.numberCount = numberCount;
    this.text = text;
    // It may be an array, or hold a primitive value, whatever its prototype.
    return !isEmpty || !isOther(record);
  }
}

function roomFor(count: number): number {
  return Math.min(2 ** Math.ceil(Math.log2(count)), MOST_ROOM);
}
