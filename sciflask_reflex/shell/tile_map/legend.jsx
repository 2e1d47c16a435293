/** What the colours mean. */
import { gradient } from "./colours.js";

export const Legend = ({ value, dark }) => (
  <div className="map-legend" role="img" aria-label={`Colours: ${value.name} from minus ${value.limit}, blue, to ${value.limit}, red. Clear cells are empty.`}>
    <span>{value.name}</span>
    <span className="num">−{value.limit}</span>
    <i style={{ background: gradient(dark) }} />
    <span className="num">{value.limit}</span>
  </div>
);
