"""The README of a result archive: what is in it, how to check it, what to cite."""

from collections.abc import Mapping
from textwrap import dedent, fill
from typing import Any

from pipeline import tools
from pipeline.toolkit.described import Described, described
from sciflask_reflex.models import Analysis, Study, StudyInput
from sciflask_reflex.settings import settings


def _wrapped(text: str, indent: str = "") -> str:
    return fill(
        text, 78, initial_indent=indent, subsequent_indent=indent + "  " * bool(indent), break_long_words=False, break_on_hyphens=False
    )


def _inputs(inputs: Mapping[str, StudyInput]) -> str:
    return "\n".join(f"  inputs/{name}{_said(item)}" for name, item in inputs.items())


def _said(item: StudyInput) -> str:
    """Say what a file holds, and which one it is of an input that takes several."""
    words = [item.label, f"{item.slot}, file {item.position}" if item.position else ""]
    return f"  ({'; '.join(filter(None, words))})" if any(words) else ""


def _told(slug: str) -> Described | None:
    tool = tools().get(slug)
    return described(tool) if tool else None


def methods(analysis: Analysis) -> str:
    """Say in a paragraph how a result was made, for the methods section of a paper: tool, version, every setting that counted, seed."""
    told, manifest = _told(analysis.tool), analysis.manifest or {}
    made_by = (manifest.get("versions") or {}).get("sciflask-reflex", "")
    name = f"{told.title if told else analysis.tool} (sciflask-reflex{f' {made_by}' if made_by else ''})"
    counted = [p for p in told.parameters if p.counts(analysis.parameters) and p.name in analysis.parameters] if told else []
    set_to = "; ".join(
        f"{p.title.lower() if p.title[1:2].islower() else p.title}: {p.in_words(analysis.parameters[p.name])}" for p in counted
    )
    seed = f" Seed of random numbers: {manifest['seed']}." if told and told.told["seeded"] and "seed" in manifest else ""
    return f"{name} was run{f' with {set_to}' if set_to else ''}.{seed} {told.summary if told else ''}".strip()


def _references(slug: str) -> str:
    told = _told(slug)
    known = settings()
    site = ", ".join(filter(None, (known.site_name, known.imprint.file.institution.name, known.public_url)))
    return "\n".join(_wrapped(f"- {entry}", "  ") for entry in (*(told.references if told else ()), site))


def _questions() -> str:
    return f"\nQuestions? Write to {settings().contact}.\n" if settings().contact else ""


def _made(manifest: Mapping[str, Any]) -> str:
    """Say which tables are not here as CSV, and how they are read."""
    names = [entry["name"] for entry in manifest.get("files", []) if entry.get("made")]
    if not names:
        return ""
    table = names[0].removesuffix(".csv")
    text = (
        f"Not here: {', '.join(names)}. A table with so many rows is not stored as CSV; it is made while it is downloaded from the page of the "
        "result, narrowed if wanted. All its rows are here, packed: each .npy file is a column, which NumPy reads. To write it from this folder, "
        f"with this software: sciflask csv . {table} -o {table}.csv"
    )
    return f"\n{_wrapped(text)}\n"


def readme(analysis: Analysis, study: Study, inputs: Mapping[str, StudyInput]) -> str:
    """Return the text of the README; ``inputs`` maps the archive's names to the stored files."""
    told = _told(analysis.tool)
    title = f"{told.title}: {analysis.name}" if told else analysis.name
    done = analysis.finished_at.strftime("%Y-%m-%d %H:%M UTC") if analysis.finished_at else "-"
    head = f"{title}\n{'=' * min(len(title), 78)}\n\n{_wrapped(told.summary) if told else ''}"
    body = dedent("""\
        Study:     {study}
        Analysis:  {name} ({id})
        Finished:  {done}

        What is here
        ------------
        inputs/           your files, exactly as they were uploaded:
        {inputs}
        parameters.json   every parameter of the analysis, the seed, and which file is which input
        results/          tables as CSV, figures as Plotly JSON, PNG and SVG
        versions.json     the software that made the result
        manifest.json     what each result file is, with size and SHA-256
        CHECKSUMS.sha256  check the files with: sha256sum -c CHECKSUMS.sha256
        {made}
        How it was made
        ---------------
        {methods}

        Please cite
        -----------
        {references}
        {questions}""")
    return f"{head}\n\n" + body.format(
        study=study.name,
        name=analysis.name,
        id=analysis.id,
        done=done,
        inputs=_inputs(inputs),
        methods=_wrapped(methods(analysis)),
        references=_references(analysis.tool),
        questions=_questions(),
        made=_made(analysis.manifest or {}),
    )
