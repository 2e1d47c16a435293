/** Fills the fields of the form around it by their names, as far as nobody has touched them. */
import { useEffect, useRef } from "react";

const SKIPPED = new Set(["hidden", "password", "submit", "button", "file"]);

const read = (field) => (field.type === "checkbox" ? (field.checked ? "on" : "") : field.value);
const initial = (field) => (field.type === "checkbox" ? (field.defaultChecked ? "on" : "") : field.defaultValue ?? "");
const write = (field, value) => {
  if (field.type === "checkbox") field.checked = value === "on";
  else field.value = value;
};

export const FormValues = ({ values }) => {
  const here = useRef(null);
  const filled = useRef({});
  const wanted = JSON.stringify(values ?? {});
  useEffect(() => {
    const left = JSON.parse(wanted);
    for (const field of here.current?.closest("form")?.elements ?? []) {
      const { name } = field;
      if (!name || SKIPPED.has(field.type) || !(name in left || name in filled.current)) continue;
      if (read(field) !== (filled.current[name] ?? initial(field))) continue; // somebody is typing
      const value = left[name] ?? initial(field);
      write(field, value);
      filled.current[name] = value;
    }
  }, [wanted]);
  return <span ref={here} hidden />;
};
