/** ColorBrewer's RdBu, reversed: negative is blue, positive red. In the dark zero is dark, so that what is strong shines in both. */
const LIGHT = ["#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"];
const DARK = ["#c6e4f5", "#92c5de", "#5ba6d1", "#3a7fb5", "#37566f", "#45494e", "#70483f", "#b0503f", "#dc6f58", "#f4a582", "#fdd9c4"];
export const ZERO = 128;
export const STEPS = 127;

export const isDark = () => document.documentElement.classList.contains("dark");
const stops = (dark) => (dark ? DARK : LIGHT);

export const gradient = (dark) => `linear-gradient(to right, ${stops(dark).join(", ")})`;

const mixed = (colours, at) => {
  const place = at * (colours.length - 1);
  const below = Math.min(Math.floor(place), colours.length - 2);
  const part = (colour, offset) => parseInt(colour.slice(offset, offset + 2), 16);
  return [1, 3, 5].map((offset) => Math.round(part(colours[below], offset) * (below + 1 - place) + part(colours[below + 1], offset) * (place - below)));
};

/** The colour of each byte as a pixel; 0 is an empty cell and stays clear. */
const pixels = (dark) => {
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let byte = 1; byte < 256; byte += 1) bytes.set([...mixed(stops(dark), (byte - ZERO) / (2 * STEPS) + 0.5), 255], byte * 4);
  return new Uint32Array(bytes.buffer);
};

const made = {};
export const palette = (dark) => (made[dark] ??= pixels(dark));

export const lines = (dark) => ({
  ink: dark ? "#edeef0" : "#1c2024",
  quiet: dark ? "#b0b4ba" : "#60646c",
  line: dark ? "#43484e" : "#d9d9e0",
  ground: dark ? "rgba(24, 25, 27, 0.92)" : "rgba(255, 255, 255, 0.92)",
  mark: dark ? "#ffffff" : "#000000",
});
