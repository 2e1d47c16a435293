/** From a cell of the map to the table of pairs on the same page, if there is one. */

// The field of a table on the page that keeps the rows of one name; it narrows as if the name had been typed there.
const nameField = () => document.querySelector("form.narrowing input[list]");
const narrowTo = (name) => {
  const field = nameField();
  if (!field) return;
  field.value = name;
  field.form.requestSubmit();
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: "center" });
};

export const Pairs = ({ names, leave }) => {
  if (!names.length || !nameField()) return null;
  const go = (name) => () => {
    leave();
    narrowTo(name);
  };
  return (
    <div className="row map-pairs">
      <span className="muted small">In the table:</span>
      {names.map((name) => <button key={name} type="button" className="btn s" onClick={go(name)}>Pairs of {name}</button>)}
    </div>
  );
};
