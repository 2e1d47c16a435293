/** What is said of the cell that is looked at. */

export const number = (value) => value.toLocaleString("en");
const sign = (value, limit) => {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(limit) + 1e-9));
  return value.toFixed(Math.min(digits, 12)).replace("-", "−");
};

export const sentence = (said, { name, limit }) => {
  if (!said) return "";
  const { value, single } = said;
  if (value === undefined) return "loading …";
  if (value === null) return "empty";
  return `${single ? name : `strongest ${name}`} = ${sign(value, limit)}`;
};

/** Names and value of that cell: first and last name of the rows and columns that it stands for, and how many they are. */
export const saidOf = ({ cell, level, cells, file }) => {
  if (!cell) return null;
  const named = (names, at) => {
    const first = Math.floor(at / cells) * cells;
    const last = Math.min(first + cells, names.length) - 1;
    return first === last ? names[first] : `${names[first]} … ${names[last]} (${last - first + 1})`;
  };
  const { row, column } = cell;
  return {
    row: named(file.rowNames, row),
    column: named(file.columnNames, column),
    value: file.value(level, Math.floor(row / cells), Math.floor(column / cells)),
    single: cells === 1,
  };
};
