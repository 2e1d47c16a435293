/**
 * Where one looks: the cell at the top left and how many pixels a cell has. `zoom` goes from 0, the whole, to 1, cells of some pixels.
 * Rows and columns may be drawn at different sizes, so that a long and narrow matrix is not a line.
 */
const LARGEST = 40; // pixels a cell
const LONG = 3; // a matrix that is more times longer than wide is drawn with cells that are not square,
const UNEVEN = 8; // up to so many times wider than long

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

export const fit = ([rows, columns], { width, height }) => {
  const even = Math.min(width / columns, height / rows);
  const stretched = even * clamp(Math.max(rows / columns, columns / rows) / LONG, 1, UNEVEN);
  return { across: rows > columns ? Math.min(width / columns, stretched) : even, down: columns > rows ? Math.min(height / rows, stretched) : even };
};

const between = (least, zoom) => least * (Math.max(LARGEST, least) / least) ** zoom;

/** How many pixels a cell has at a zoom. */
export const scales = (shape, size, zoom) => {
  const least = fit(shape, size);
  return { across: between(least.across, zoom), down: between(least.down, zoom) };
};

export const whole = (shape, size) => settled({ zoom: 0, column: 0, row: 0 }, shape, size);

/** Keep the matrix in the middle of the view: the whole of it, or when zoomed in some part of it. */
export const settled = (camera, shape, size) => {
  const zoom = clamp(camera.zoom, 0, 1);
  const scale = scales(shape, size, zoom);
  const along = (at, many, cells) => (zoom === 0 ? (many - cells) / 2 : clamp(at, -cells / 2, many - cells / 2));
  return {
    zoom,
    scale,
    column: along(camera.column, shape[1], size.width / scale.across),
    row: along(camera.row, shape[0], size.height / scale.down),
  };
};

/** By how much of `zoom` the picture grows `factor` times. */
export const zoomStep = (shape, size, factor) => {
  const least = fit(shape, size);
  const range = Math.log(Math.max(LARGEST, Math.min(least.across, least.down)) / Math.min(least.across, least.down));
  return range > 0 ? Math.log(factor) / range : 0;
};

/** Zoom so that what is at a pixel stays there. */
export const zoomed = (camera, shape, size, factor, x, y) => {
  const zoom = clamp(camera.zoom + zoomStep(shape, size, factor), 0, 1);
  const scale = scales(shape, size, zoom);
  return {
    zoom,
    column: camera.column + x / camera.scale.across - x / scale.across,
    row: camera.row + y / camera.scale.down - y / scale.down,
  };
};

export const moved = (camera, dx, dy) => ({ ...camera, column: camera.column - dx / camera.scale.across, row: camera.row - dy / camera.scale.down });

/** The level whose cells are one to two pixels wide, or larger when there is none below. */
export const levelOf = (camera, levels) =>
  clamp(Math.ceil(-Math.log2(Math.sqrt(camera.scale.across * camera.scale.down)) - 1e-9), 0, levels.length - 1);

/** The cell at a pixel, in the matrix itself; null beside it. */
export const cellAt = (camera, [rows, columns], x, y) => {
  const row = Math.floor(camera.row + y / camera.scale.down);
  const column = Math.floor(camera.column + x / camera.scale.across);
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
};

/** Move just so far that a cell of a level is in sight. */
export const showing = (camera, size, cell, cells, margin) => {
  const along = (at, start, end, pixels) => (start < at ? start : end > at + pixels ? end - pixels : at);
  const { across, down } = camera.scale;
  const left = margin.left / across;
  return {
    ...camera,
    column: along(camera.column + left, cell.column, cell.column + cells, size.width / across - left) - left,
    row: along(camera.row, cell.row, cell.row + cells, (size.height - margin.bottom) / down),
  };
};
