"""Compare imported scenarios with NegMAS's own utilities, deal by deal.

    python benchmarks/compare_imports.py FOLDER...

Every folder below those named that holds a scenario is imported, its case file is read back and
sampled, and three utilities of every deal are compared with NegMAS's: the scenario's own numbers,
those that the case file holds (``as_imported``), and those of a reading, stretched back to the
scenario's scale (by the party's span where that is above 1). Real issues are compared at their
levels.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from negmas_env import ask
from winset.case import Case
from winset.casefile import load_text
from winset.ensemble import sample
from winset.errors import WinsetError
from winset.formats import Domain, as_imported, case_text, read

CLOSE, MOST = 1e-9, 100_000
NONE = "holds no scenario"
HIDDEN = {"_", "."}  # how names begin that are no scenario's
SUFFIXES = (".xml", ".yml", ".yaml", ".json")


def main() -> None:
    """Compare, print a line a scenario, and end with 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=MOST, help="deals of the largest scenario")
    asked = parser.parse_args()
    found = [(folder, imported(folder)) for folder in scenarios(asked.folders)]
    sizes = {f: d.deals for f, d in found if isinstance(d, Domain)}
    with tempfile.TemporaryDirectory() as kept:
        question = [
            {"folder": str(f), "file": f"{kept}/{n}.npy",
             "issues": {i.name: list(map(str, i.values)) for i in d.issues}}
            for n, (f, d) in enumerate(found)
            if isinstance(d, Domain) and sizes[f] <= asked.most
        ]  # fmt: skip
        answers = ask({"what": "utilities", "scenarios": question})["answers"] if question else []
        own = {q["folder"]: a | {"file": q["file"]} for q, a in zip(question, answers, strict=True)}
        print(f"{'':60} parties     deals   numbers      case   reading")
        worst = [line(folder, domain, own.get(str(folder))) for folder, domain in found]
    count = worst.count
    print(f"{len(worst) - count('none')} scenarios; {count('same')} the same to {CLOSE:g}, "
          f"{count('differs')} differ, {count('refused')} refused, "
          f"{count('left out')} not compared")  # fmt: skip
    raise SystemExit(1 if "differs" in worst else 0)


def scenarios(folders: list[Path]) -> list[Path]:
    """Folders with files of a format, those named and all below them."""
    return sorted({
        f.parent for top in folders for f in top.rglob("*")
        if f.suffix.lower() in SUFFIXES and not HIDDEN & {p[0] for p in f.relative_to(top).parts}
    })  # fmt: skip


def imported(folder: Path) -> Domain | str:
    """Import a folder, or tell why it is not."""
    try:
        return read(folder)
    except WinsetError as error:
        return str(error).replace("\n", " ").replace(f"{folder}/", "").replace(f"{folder} ", "")


def line(folder: Path, domain: Domain | str, own: dict[str, Any] | None) -> str:
    """Print how one scenario compares."""
    name = "/".join(folder.parts[-3:])[-60:]
    if isinstance(domain, str):
        print(f"{name:60} {'' if NONE in domain else 'refused: '}{domain}")
        return "none" if NONE in domain else "refused"
    head = f"{name:60} {len(domain.profiles):7} {domain.deals:9,}"
    if own is None or "error" in own:
        print(f"{head} {'too large' if own is None else 'NegMAS: ' + own['error']}")
        return "left out"
    theirs = aligned(np.load(own["file"]), own["issues"], domain)
    case = load_text(case_text(domain, dt.date(2025, 1, 1)))
    span = np.array([p.span for p in domain.profiles])
    width = np.maximum(1.0, span[:, 1] - span[:, 0])
    distances = (
        np.abs(of_domain(domain) - theirs),
        np.abs(of_domain(as_imported(case)) - theirs),
        np.abs(of_reading(case, domain) - theirs) / width,
    )
    apart = [float(distance.max()) for distance in distances]
    reserved = [float("-inf") if p.reservation is None else p.reservation for p in domain.profiles]
    agrees = np.allclose(reserved, own["reservations"], rtol=0, atol=CLOSE)
    same = max(apart) <= CLOSE and agrees
    note = "" if agrees else f"reservations {reserved}, NegMAS {own['reservations']}"
    figures = " ".join(f"{figure:9.1e}" for figure in apart)
    print(f"{head} {figures} {'' if same else 'DIFFERS'} {note}".rstrip())
    return "same" if same else "differs"


def aligned(found: np.ndarray, order: list[str], domain: Domain) -> np.ndarray:
    """Put NegMAS's deals in the order of the domain's issues."""
    sizes = {issue.name: len(issue.values) for issue in domain.issues}
    cube = found.reshape(*(sizes.get(name, 1) for name in order), -1)
    kept = [name for name in order if name in sizes]
    cube = cube.reshape(*(sizes[name] for name in kept), -1)
    axes = [kept.index(issue.name) for issue in domain.issues]
    return cube.transpose(*axes, len(axes)).reshape(domain.deals, -1)


def of_domain(domain: Domain) -> np.ndarray:
    """Utilities of all deals as the scenario has them: (deals, parties)."""
    return np.array([[p.utility(deal) for p in domain.profiles] for deal in domain.all_deals()])


def of_reading(case: Case, domain: Domain) -> np.ndarray:
    """Utilities of all deals in a reading, on the scenario's scale: (deals, parties)."""
    ensemble = sample(case, 1)
    space, columns = ensemble.space, []
    for party, profile in zip(case.parties, domain.profiles, strict=True):
        total = np.zeros(1, dtype=np.int64)
        for issue in case.issues:
            i = space.issue_index[issue.id]
            slots = [space.offsets[i] + space.option_index(issue.id, o.id) for o in issue.options]
            worth = ensemble.part_worth[0, space.party_index[party.id]][slots]
            total = (total[:, None] + worth).ravel()
        low, high = profile.span
        columns.append(total / ensemble.unit * (high - low) + low)
    return np.stack(columns, axis=1)


if __name__ == "__main__":
    main()
