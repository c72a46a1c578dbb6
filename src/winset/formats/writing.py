"""A domain as files of another program."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from winset.errors import AskError
from winset.formats.domain import Domain, DomainIssue, Profile
from winset.formats.genius import PARTY

__all__ = ["FORMATS", "write"]

_LONGEST = 60  # of a file's name: some systems take 255 bytes
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PASSED_OVER = "pareto"  # programs take files so called for others than profiles
FORMATS = ("genius", "negmas-yaml", "negmas-json")


def write(domain: Domain, to: str, folder: Path) -> list[Path]:
    """Write a domain into a new or empty folder.

    Returns
    -------
    The files.

    Raises
    ------
    AskError
        If the format is not known, something is in the folder, or it cannot be written.
    """
    if to not in FORMATS:
        raise AskError(f"no format is called {to!r}: there are {', '.join(FORMATS)}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AskError(f"{folder} is there already: choose another folder")
    texts = _genius(domain) if to == "genius" else _negmas(domain, to)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise AskError(f"{folder} cannot be written: {error.strerror}") from error
    return [folder / name for name in texts]


def _files(domain: Domain, ending: str) -> list[str]:
    """Name one file a profile; sorted by name they are in the domain's order.

    Other programs take a party's name from its file, and the order of parties from the names. So
    numbers come before the names only where these are out of order, alike, or no files' names.
    """
    names = [profile.name for profile in domain.profiles]
    safe = ["".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:_LONGEST]
            for name in names]  # fmt: skip
    plain = (
        safe == names
        and all(name[:1].isalnum() and name.lower() != "domain" for name in names)
        and not any(name.endswith(_PASSED_OVER) for name in names)
        and len({name.lower() for name in names}) == len(names)
        and sorted(name + ending for name in names) == [name + ending for name in names]
    )
    if plain:
        return [name + ending for name in names]
    digits = len(str(len(names)))
    ends = ["-" if name.endswith(_PASSED_OVER) else "" for name in safe]
    return [f"{n:0{digits}d}-{name}{end}{ending}"
            for n, (name, end) in enumerate(zip(safe, ends, strict=True), start=1)]  # fmt: skip


def _genius(domain: Domain) -> dict[str, str]:
    for text in (text for i in domain.issues for text in (i.name, *map(str, i.values))):
        if _NO_XML.search(text):
            raise AskError(f"{text!r} has a letter that XML cannot hold: choose another format")
    lines = ["<negotiation_template>", f'<utility_space number_of_issues="{len(domain.issues)}">',
             '<objective index="0" name="root" type="objective" etype="objective">']  # fmt: skip
    for n, issue in enumerate(domain.issues, start=1):
        values = enumerate(map(str, issue.values), start=1)
        items = [f'<item index="{k}" value={quoteattr(value)}/>' for k, value in values]
        lines += [_head(n, issue), *items, "</issue>"]
    lines += ["</objective>", "</utility_space>", "</negotiation_template>", ""]
    texts = {"domain.xml": "\n".join(lines)}
    for file, profile in zip(_files(domain, ".xml"), domain.profiles, strict=True):
        texts[file] = _genius_profile(
            domain, profile, "" if file == f"{profile.name}.xml" else profile.name
        )
    return texts


def _head(n: int, issue: DomainIssue) -> str:
    kinds = 'type="discrete" etype="discrete" vtype="discrete"'
    return f'<issue index="{n}" name={quoteattr(issue.name)} {kinds}>'


def _genius_profile(domain: Domain, profile: Profile, name: str) -> str:
    """Write a profile; ``name`` is the party's where the file's is another, "" otherwise."""
    party = f" {PARTY}={quoteattr(_NO_XML.sub(' ', name))}" if name else ""
    lines = [f'<utility_space number_of_issues="{len(domain.issues)}"{party}>',
             '<objective index="1" name="any" type="objective" etype="objective">']  # fmt: skip
    weights, values = _split(profile)
    for n, (issue, row) in enumerate(zip(domain.issues, values, strict=True), start=1):
        items = enumerate(zip(issue.values, row, strict=True), start=1)
        lines += [_head(n, issue),
                  *(f'<item index="{k}" value={quoteattr(str(v))} evaluation="{worth!r}"/>'
                    for k, (v, worth) in items), "</issue>"]  # fmt: skip
    lines += [f'<weight index="{n}" value="{w!r}"/>' for n, w in enumerate(weights, start=1)]
    if profile.bias:
        lines.append(f'<weight index="{len(weights) + 1}" value="{profile.bias!r}"/>')
    lines += ["</objective>", f'<discount_factor value="{profile.discount or 1.0!r}"/>']
    # Where none is stated it is read as 0, which is as good where no deal is worth less.
    reserved = min(0.0, profile.span[0]) if profile.reservation is None else profile.reservation
    if profile.reservation is not None or reserved < 0:
        lines.append(f'<reservation value="{reserved!r}"/>')
    return "\n".join([*lines, "</utility_space>", ""])


def _split(profile: Profile) -> tuple[list[float], list[list[float]]]:
    """Split what values add into weights and evaluations, the greatest evaluation being 1.

    Genius divides by the greatest, which so changes nothing. An issue in which nothing is at stake
    has the weight 0.
    """
    weights = [max(row, key=abs) or 0.0 for row in profile.worth]
    return weights, [[worth / weight if weight else 1.0 for worth in row]
                     for weight, row in zip(weights, profile.worth, strict=True)]  # fmt: skip


def _negmas(domain: Domain, to: str) -> dict[str, str]:
    ending = ".yml" if to == "negmas-yaml" else ".json"
    space = {
        "type": "CartesianOutcomeSpace",
        "name": domain.name,
        "issues": [{"type": "CategoricalIssue", "name": i.name, "values": list(map(str, i.values))}
                   for i in domain.issues],
    }  # fmt: skip
    texts = {f"domain{ending}": _text(space, ending)}
    for file, profile in zip(_files(domain, ending), domain.profiles, strict=True):
        weights, values = _split(profile)
        tables = [{"type": "TableFun", "mapping": dict(zip(map(str, i.values), row, strict=True))}
                  for i, row in zip(domain.issues, values, strict=True)]  # fmt: skip
        stated: dict[str, Any] = {
            "type": "LinearAdditiveUtilityFunction",
            "name": profile.name,
            "values": tables,
            "weights": weights,
            "bias": profile.bias,
        }
        if profile.reservation is not None:
            stated["reserved_value"] = profile.reservation
        texts[file] = _text(stated, ending)
    return texts


def _text(tree: dict[str, Any], ending: str) -> str:
    if ending == ".json":
        return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"
    import yaml

    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
