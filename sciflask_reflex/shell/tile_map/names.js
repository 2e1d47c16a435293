/** The names of rows and columns over the edges of the map, where a cell has room for a line of text. */
const ROOM = 11; // pixels a cell
const LONGEST = 130; // pixels of a name
const FONT = '11px "Inter", system-ui, sans-serif';
const GAP = 6;

/** How many pixels the names cover. */
export const marginOf = ({ camera, size }) => {
  const { across, down } = camera?.scale ?? { across: 0, down: 0 };
  const most = Math.min(LONGEST, size.width * 0.3);
  return { left: down >= ROOM ? most : 0, bottom: across >= ROOM ? Math.min(most, size.height * 0.3) : 0 };
};

const cut = (context, name, room) => {
  let shown = name;
  while (shown.length > 3 && context.measureText(shown).width > room) shown = `${shown.slice(0, Math.max(2, Math.floor(shown.length * 0.9) - 1))}…`;
  return shown;
};

/** Call `write` with each name in sight and the pixel of its middle. */
const each = (names, at, pixels, scale, write) => {
  const last = Math.min(names.length - 1, Math.floor(at + pixels / scale));
  for (let number = Math.max(0, Math.floor(at)); number <= last; number += 1) write(names[number], (number + 0.5 - at) * scale);
};

export const drawNames = (scene, colours) => {
  const { context, size, margin, file, camera } = scene;
  context.font = FONT;
  context.textBaseline = "middle";
  context.textAlign = "right";
  const high = size.height - margin.bottom;
  if (margin.left) {
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, margin.left, high);
    context.fillStyle = colours.ink;
    each(file.rowNames, camera.row, high, camera.scale.down, (name, y) => context.fillText(cut(context, name, margin.left - 2 * GAP), margin.left - GAP, y));
  }
  if (!margin.bottom) return;
  context.fillStyle = colours.ground;
  context.fillRect(0, high, size.width, margin.bottom);
  context.fillStyle = colours.ink;
  each(file.columnNames, camera.column, size.width, camera.scale.across, (name, x) => {
    if (x < margin.left) return;
    context.save();
    context.translate(x, high + GAP);
    context.rotate(-Math.PI / 2);
    context.fillText(cut(context, name, margin.bottom - 2 * GAP), 0, 0);
    context.restore();
  });
};
