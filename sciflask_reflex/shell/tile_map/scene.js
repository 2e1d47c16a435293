/** What is on the canvas: the tiles in sight, names where there is room, the cell that is looked at, and where one is in the whole. */
import { cellAt, levelOf, moved, settled, showing, whole, zoomed } from "./camera.js";
import { isDark, lines } from "./colours.js";
import { corner, drawCorner } from "./corner.js";
import { drawNames, marginOf } from "./names.js";

const SLIGHTLY = 0.02; // so little zoom needs no small picture of the whole

export class Scene {
  #pointer = null; // where the mouse is
  #waiting = 0; // for the next picture of the screen
  cell = null; // the cell that is looked at
  complete = false; // whether everything in sight is drawn from its own level

  constructor(canvas, file, drawn) {
    this.canvas = canvas;
    this.file = file;
    this.drawn = drawn;
    this.context = canvas.getContext("2d");
    this.size = { width: 1, height: 1 };
    this.camera = null;
  }

  get shape() {
    return this.file.head.shape;
  }

  get level() {
    return levelOf(this.camera, this.file.head.levels);
  }

  /** How many rows and columns a drawn cell stands for. */
  get cells() {
    return 2 ** this.level;
  }

  /** What the names cover. */
  get margin() {
    return marginOf(this);
  }

  resize(width, height) {
    if (!width || !height) return;
    const before = this.size;
    const density = window.devicePixelRatio || 1;
    this.size = { width, height };
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    this.density = density;
    if (!this.camera) this.camera = whole(this.shape, this.size);
    this.look(moved(this.camera, (width - before.width) / 2, (height - before.height) / 2));
  }

  look(camera) {
    this.camera = settled(camera, this.shape, this.size);
    if (this.#pointer) this.cell = cellAt(this.camera, this.shape, ...this.#pointer);
    this.#soon();
  }

  home() {
    this.look(whole(this.shape, this.size));
  }

  move(dx, dy) {
    this.look(moved(this.camera, dx, dy));
  }

  zoom(factor, x = this.size.width / 2, y = this.size.height / 2) {
    this.look(zoomed(this.camera, this.shape, this.size, factor, x, y));
  }

  /** Where the cell that is looked at is on the screen; the middle when there is none. */
  get middle() {
    const { width, height } = this.size;
    if (!this.cell) return [width / 2, height / 2];
    const { row, column, scale } = this.camera;
    const [x, y] = [(this.cell.column + 0.5 - column) * scale.across, (this.cell.row + 0.5 - row) * scale.down];
    return x >= 0 && x < width && y >= 0 && y < height ? [x, y] : [width / 2, height / 2];
  }

  /** Look at the cell at a pixel; while a mouse stays there, at whatever comes to lie under it. */
  point(x, y, stays = false) {
    this.#pointer = stays ? [x, y] : null;
    this.cell = cellAt(this.camera, this.shape, x, y);
    this.#soon();
  }

  /** The mouse has gone; so does the cell, unless it was chosen. */
  leave(keeps) {
    this.#pointer = null;
    if (!keeps) this.cell = null;
    this.#soon();
  }

  /** Look at the next cell in a direction, and follow it. */
  step(down, across) {
    const [rows, columns] = this.shape;
    const start = this.cell ?? cellAt(this.camera, this.shape, ...this.middle) ?? { row: 0, column: 0 };
    this.#pointer = null;
    const by = this.cells;
    const along = (at, step, many) => Math.min(Math.max((Math.floor(at / by) + step) * by, 0), Math.floor((many - 1) / by) * by);
    this.cell = { row: along(start.row, this.cell ? down : 0, rows), column: along(start.column, this.cell ? across : 0, columns) };
    this.look(showing(this.camera, this.size, this.cell, by, this.margin));
  }

  #soon() {
    this.#waiting ||= requestAnimationFrame(() => {
      this.#waiting = 0;
      this.draw();
    });
  }

  redraw() {
    this.#soon();
  }

  close() {
    cancelAnimationFrame(this.#waiting);
    this.#waiting = -1;
  }

  draw() {
    const { context, size, density } = this;
    const dark = isDark();
    const colours = lines(dark);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    this.#matrix(dark, colours);
    if (this.cell) this.#mark(colours);
    drawNames(this, colours);
    if (this.camera.zoom > SLIGHTLY) drawCorner(this, dark, colours);
    this.drawn();
  }

  #box(row, column, rows, columns) {
    const { camera } = this;
    const [x, y] = [(column - camera.column) * camera.scale.across, (row - camera.row) * camera.scale.down];
    return [x, y, columns * camera.scale.across, rows * camera.scale.down];
  }

  /** The tiles of a level that are in sight, those in the middle first. */
  #inSight(level) {
    const { camera, size } = this;
    const { side, levels } = this.file.head;
    const cells = side * 2 ** level;
    const along = (at, pixels, many) => [Math.max(Math.floor(at / cells), 0), Math.min(Math.floor((at + pixels) / cells), many - 1)];
    const [top, bottom] = along(camera.row, size.height / camera.scale.down, levels[level].down);
    const [left, right] = along(camera.column, size.width / camera.scale.across, levels[level].across);
    const places = [];
    for (let down = top; down <= bottom; down += 1) for (let across = left; across <= right; across += 1) places.push({ level, down, across });
    const away = ({ down, across }) => (down - (top + bottom) / 2) ** 2 + (across - (left + right) / 2) ** 2;
    return places.sort((one, other) => away(one) - away(other));
  }

  #matrix(dark, colours) {
    const { context, file, level } = this;
    const [rows, columns] = this.shape;
    const places = this.#inSight(level);
    const top = file.head.levels.length - 1;
    const cells = file.head.side * 2 ** level;
    const pointed = this.cell ? [{ level, down: Math.floor(this.cell.row / cells), across: Math.floor(this.cell.column / cells) }] : [];
    this.complete = file.want([{ level: top, down: 0, across: 0 }, ...places, ...pointed]) === 0;
    const box = this.#box(0, 0, rows, columns);
    context.save();
    context.beginPath();
    context.rect(...box);
    context.clip();
    for (const place of places) {
      if (file.has(place.level, place.down, place.across)) this.#tile(place, dark);
      else this.#instead(place, dark);
    }
    context.restore();
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.strokeRect(box[0] - 0.5, box[1] - 0.5, box[2] + 1, box[3] + 1);
  }

  #tile({ level, down, across }, dark) {
    const { context, file, density } = this;
    const found = file.picture(level, down, across, dark);
    if (!found) return;
    const { side } = file.head;
    const cells = side * 2 ** level;
    const [x, y, width, height] = this.#box(down * cells, across * cells, cells, cells);
    const exact = (at) => Math.round(at * density) / density; // no seams between tiles
    const [left, topEdge, right, bottom] = [exact(x), exact(y), exact(x + width), exact(y + height)];
    context.save();
    context.imageSmoothingEnabled = Math.min(width, height) < side;
    context.translate(left, topEdge);
    if (found.mirrored) context.transform(0, bottom - topEdge, right - left, 0, 0, 0);
    else context.scale(right - left, bottom - topEdge);
    context.drawImage(found.picture, 0, 0, 1, 1);
    context.restore();
  }

  /** While a tile is on its way, the same place from a level above. */
  #instead(place, dark) {
    const { context, file } = this;
    for (let level = place.level + 1; level < file.head.levels.length; level += 1) {
      const by = level - place.level;
      const above = { level, down: place.down >> by, across: place.across >> by };
      if (file.has(level, above.down, above.across)) {
        const cells = file.head.side * 2 ** place.level;
        context.save();
        context.beginPath();
        context.rect(...this.#box(place.down * cells, place.across * cells, cells, cells));
        context.clip();
        this.#tile(above, dark);
        context.restore();
        return;
      }
    }
  }

  #mark(colours) {
    const { context, cells } = this;
    const [row, column] = [this.cell.row, this.cell.column].map((at) => Math.floor(at / cells) * cells);
    const [x, y, width, height] = this.#box(row, column, cells, cells);
    context.strokeStyle = colours.mark;
    context.lineWidth = 1.5;
    context.strokeRect(x - 1.5, y - 1.5, width + 3, height + 3);
  }

  /** Go where the small picture was touched; whether it was. */
  jump(x, y) {
    const [left, top, width, height] = corner(this);
    if (this.camera.zoom <= SLIGHTLY || x < left || x > left + width || y < top || y > top + height) return false;
    const { camera, size } = this;
    const [rows, columns] = this.shape;
    this.look({
      ...camera,
      column: ((x - left) / width) * columns - size.width / camera.scale.across / 2,
      row: ((y - top) / height) * rows - size.height / camera.scale.down / 2,
    });
    return true;
  }
}
