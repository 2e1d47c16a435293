/** A small picture of the whole in the corner, with a frame around what is in sight. */
const MOST = 110; // pixels
const LEAST = 12;
const GAP = 10;

/** Where it is: left, top, width, height. */
export const corner = ({ file, size }) => {
  const [rows, columns] = file.head.shape;
  const most = Math.min(MOST, size.width * 0.22);
  const scale = Math.min(most / rows, most / columns);
  const [width, height] = [Math.max(columns * scale, LEAST), Math.max(rows * scale, LEAST)];
  return [size.width - width - GAP, GAP, width, height];
};

/** Where what is in sight begins, and how long it is, along a side of so many pixels. */
const inside = (at, cells, many, pixels) => {
  const [from, to] = [Math.max(at / many, 0), Math.min((at + cells) / many, 1)];
  return [from * pixels, Math.max((to - from) * pixels, 4)];
};

export const drawCorner = (scene, dark, colours) => {
  const { context, camera, file, size } = scene;
  const [rows, columns] = file.head.shape;
  const [left, top, width, height] = corner(scene);
  context.fillStyle = colours.ground;
  context.fillRect(left - 3, top - 3, width + 6, height + 6);
  const last = file.head.levels.length - 1;
  const found = file.picture(last, 0, 0, dark);
  if (found) {
    const cells = 2 ** last;
    context.imageSmoothingEnabled = true;
    context.drawImage(found.picture, 0, 0, columns / cells, rows / cells, left, top, width, height);
  }
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(left - 3.5, top - 3.5, width + 7, height + 7);
  const [x, wide] = inside(camera.column, size.width / camera.scale.across, columns, width);
  const [y, tall] = inside(camera.row, size.height / camera.scale.down, rows, height);
  context.strokeStyle = colours.mark;
  context.lineWidth = 1.5;
  context.strokeRect(left + x, top + y, wide, tall);
};
