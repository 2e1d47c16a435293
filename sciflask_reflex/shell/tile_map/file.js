/** A file of tiles, read by ranges of bytes: head and names once, tiles as they come in sight, the last ones kept. */
import { STEPS, ZERO, palette } from "./colours.js";

const MAGIC = "SFTILES1";
const BEGIN = 20;
const FIRST_BYTES = 65536;
const ENTRY = 12;
const MOST_REQUESTS = 4;
const MOST_TILES = 256; // 64 KB each, and 256 KB once drawn
const MOST_JOINED = 512 * 1024; // bytes of neighbouring tiles in one request
const TRIES = 2;

const inflated = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();

const ranged = async (src, start, length) => {
  const answer = await fetch(src, { credentials: "same-origin", headers: { Range: `bytes=${start}-${start + length - 1}` } });
  if (answer.status !== 206) {
    answer.body?.cancel();
    throw new Error(`${answer.status}`);
  }
  return answer.arrayBuffer();
};

const text = (bytes) => new TextDecoder().decode(bytes);

export class TileFile {
  #src;
  #index;
  #tiles = new Map(); // by number, the last used at the end: bytes of the cells (null when empty) and its picture
  #wanted = [];
  #asked = new Map(); // number -> how often it has been asked for
  #loading = new Set();
  #underWay = 0;
  #changed;
  #closed = false;

  constructor(src, changed) {
    this.#src = src;
    this.#changed = changed;
  }

  /** Read head, index and names. */
  async open() {
    let bytes = await ranged(this.#src, 0, FIRST_BYTES);
    if (text(bytes.slice(0, 8)) !== MAGIC) throw new Error("another kind of file");
    const view = new DataView(bytes);
    const indexAt = Number(view.getBigUint64(8, true));
    const length = view.getUint32(16, true);
    if (BEGIN + length > bytes.byteLength) {
      const rest = await ranged(this.#src, bytes.byteLength, BEGIN + length - bytes.byteLength);
      bytes = await new Blob([bytes, rest]).arrayBuffer();
    }
    const head = JSON.parse(text(bytes.slice(BEGIN, BEGIN + length)));
    const part = (start, size) => (start + size <= bytes.byteLength ? bytes.slice(start, start + size) : ranged(this.#src, start, size));
    const names = async (axis) => JSON.parse(text(await inflated(await part(BEGIN + length + axis.names[0], axis.names[1]))));
    const rows = names(head.rows);
    const [index, ...named] = await Promise.all([part(indexAt, head.tiles * ENTRY), rows, head.symmetric ? rows : names(head.columns)]);
    this.#index = new DataView(index);
    this.head = head;
    [this.rowNames, this.columnNames] = named;
  }

  close() {
    this.#closed = true;
    this.#wanted = [];
    this.#tiles.clear();
  }

  /** A tile as it is kept: its number, and whether it is the mirror image. */
  place(level, down, across) {
    const { symmetric, levels } = this.head;
    const mirrored = symmetric && across < down;
    if (mirrored) [down, across] = [across, down];
    return { number: levels[level].first + down * levels[level].across + across - (symmetric ? (down * (down + 1)) / 2 : 0), mirrored };
  }

  #entry(number) {
    return { offset: Number(this.#index.getBigUint64(number * ENTRY, true)), length: this.#index.getUint32(number * ENTRY + 8, true) };
  }

  #known(number) {
    const tile = this.#tiles.get(number);
    if (!tile) return this.#entry(number).length ? undefined : { cells: null };
    this.#tiles.delete(number);
    this.#tiles.set(number, tile);
    return tile;
  }

  has(level, down, across) {
    return this.#known(this.place(level, down, across).number) !== undefined;
  }

  /** The picture of a tile and whether to draw it mirrored; null when it is empty, undefined when it is not here. */
  picture(level, down, across, dark) {
    const { number, mirrored } = this.place(level, down, across);
    const tile = this.#known(number);
    if (!tile?.cells) return tile && null;
    if (tile.dark !== dark) this.#draw(tile, dark);
    return { picture: tile.picture, mirrored };
  }

  #draw(tile, dark) {
    const { side } = this.head;
    tile.picture ??= Object.assign(document.createElement("canvas"), { width: side, height: side });
    const image = new ImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = palette(dark);
    for (let at = 0; at < pixels.length; at += 1) pixels[at] = colours[tile.cells[at]];
    tile.picture.getContext("2d").putImageData(image, 0, 0);
    tile.dark = dark;
  }

  /** The value of a cell of a level; null when it is empty, undefined when its tile is not here. */
  value(level, row, column) {
    const { side, value } = this.head;
    const { number, mirrored } = this.place(level, Math.floor(row / side), Math.floor(column / side));
    const tile = this.#known(number);
    if (!tile?.cells) return tile && null;
    const [down, across] = mirrored ? [column % side, row % side] : [row % side, column % side];
    const byte = tile.cells[down * side + across];
    return byte ? ((byte - ZERO) / STEPS) * value.limit : null;
  }

  /** Say which tiles are in sight, the most wanted first; what is no longer wanted is not asked for. */
  want(places) {
    const missing = places.map(({ level, down, across }) => this.place(level, down, across).number).filter((number) => this.#known(number) === undefined);
    this.#wanted = [...new Set(missing)];
    this.#go();
    return this.#wanted.length;
  }

  /** Whether some tile in sight could not be had. */
  get failing() {
    return this.#wanted.some((number) => (this.#asked.get(number) ?? 0) >= TRIES);
  }

  retry() {
    this.#asked.clear();
    this.#go();
  }

  #go() {
    while (!this.#closed && this.#underWay < MOST_REQUESTS) {
      const next = this.#wanted.filter((number) => this.#tiles.get(number) === undefined && (this.#asked.get(number) ?? 0) < TRIES && !this.#loading.has(number));
      if (!next.length) return;
      this.#fetch(this.#joined(next));
    }
  }

  /** The most wanted tile, with those that follow it in the file. */
  #joined(numbers) {
    const rest = numbers.map((number) => ({ number, ...this.#entry(number) })).sort((one, other) => one.offset - other.offset);
    const first = rest.findIndex(({ number }) => number === numbers[0]);
    const group = [rest[first]];
    let end = rest[first].offset + rest[first].length;
    for (let at = first + 1; at < rest.length && rest[at].offset === end && end + rest[at].length - group[0].offset <= MOST_JOINED; at += 1) {
      group.push(rest[at]);
      end += rest[at].length;
    }
    return group;
  }

  async #fetch(group) {
    this.#underWay += 1;
    for (const { number } of group) {
      this.#loading.add(number);
      this.#asked.set(number, (this.#asked.get(number) ?? 0) + 1);
    }
    try {
      const start = group[0].offset;
      const last = group[group.length - 1];
      const bytes = await ranged(this.#src, start, last.offset + last.length - start);
      for (const { number, offset, length } of group) {
        const cells = new Uint8Array(await inflated(bytes.slice(offset - start, offset - start + length)));
        if (this.#closed) return;
        this.#tiles.set(number, { cells });
        this.#asked.delete(number);
      }
      while (this.#tiles.size > MOST_TILES) this.#tiles.delete(this.#tiles.keys().next().value);
    } catch {
      // it is asked for once more; then the person is told
    } finally {
      for (const { number } of group) this.#loading.delete(number);
      this.#underWay -= 1;
      if (!this.#closed) {
        this.#wanted = this.#wanted.filter((number) => !this.#tiles.has(number));
        this.#changed();
        this.#go();
      }
    }
  }
}
