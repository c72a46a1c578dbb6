"""NegMAS's side of a comparison: run by its own Python, one question in JSON to standard input.

This file knows nothing of winset. Answers go to standard output, arrays to files that are named.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    """Answer the question."""
    question = json.load(sys.stdin)
    print(json.dumps({"utilities": utilities}[question["what"]](question)))


def utilities(question: dict[str, Any]) -> dict[str, Any]:
    """Give the utility of every deal, (deals, parties), of scenarios; and each reservation.

    The deals are all products of the values that the question gives for each issue, by name.
    """
    answers = []
    for asked in question["scenarios"]:
        try:
            answers.append(of_scenario(asked))
        except Exception as error:  # noqa: BLE001 - whatever NegMAS says of a file is an answer
            answers.append({"error": f"{type(error).__name__}: {error}"[:300]})
    return {"answers": answers}


def of_scenario(asked: dict[str, Any]) -> dict[str, Any]:
    """Give utilities and reservations of one scenario."""
    scenario = loaded(Path(asked["folder"]))
    named = {issue.name: [str(v) for v in values]
             for issue, values in zip_issues(scenario, asked["issues"])}  # fmt: skip
    axes = []
    for issue in scenario.outcome_space.issues:
        given = named[issue.name]
        if issue.is_continuous():
            axes.append([float(v) for v in given])
            continue
        own = {str(value): value for value in issue.all}
        axes.append([own[v] for v in given])
    ufuns = [stationary(ufun) for ufun in scenario.ufuns]
    found = np.array([[float(u(deal)) for u in ufuns] for deal in itertools.product(*axes)])
    np.save(asked["file"], found)
    return {
        "issues": [issue.name for issue in scenario.outcome_space.issues],
        "reservations": [reservation(ufun, set(asked["issues"])) for ufun in ufuns],
    }


def reservation(ufun: Any, asked: set[str]) -> float:  # noqa: ANN401 - a utility function
    """Give a reservation, moved by what placeholders for missing issues add to all deals."""
    parts = zip(
        getattr(ufun, "issues", None) or (),
        getattr(ufun, "weights", ()),
        getattr(ufun, "values", ()),
        strict=False,
    )
    added = sum(w * f(next(iter(i.all))) for i, w, f in parts if i.name not in asked)
    return float("-inf") if ufun.reserved_value is None else float(ufun.reserved_value + added)


def zip_issues(scenario: Any, asked: dict[str, list[Any]]) -> Any:  # noqa: ANN401
    """Pair issues with the values asked for; a placeholder that NegMAS adds has its one value."""
    for issue in scenario.outcome_space.issues:
        yield issue, asked.get(issue.name) or list(issue.all)


def loaded(folder: Path) -> Any:  # noqa: ANN401 - a Scenario
    """Load a folder as NegMAS does; JSON files, for which it has no finder, by their names."""
    from negmas import Scenario

    found = Scenario.load(folder, load_stats=False, load_info=False)
    if found is None:
        files = {
            f: json.loads(f.read_text(encoding="utf-8-sig")) for f in sorted(folder.glob("*.json"))
        }
        kinds = {f: str(d.get("type", "")) for f, d in files.items() if isinstance(d, dict)}
        domain = next(f for f, kind in kinds.items() if "OutcomeSpace" in kind)
        ufuns = [f for f, kind in kinds.items() if "fun" in kind.lower()]
        found = Scenario.from_yaml_files(domain, ufuns)
    return found


def stationary(ufun: Any) -> Any:  # noqa: ANN401 - a utility function
    """Take a utility function out of its discounting."""
    while hasattr(ufun, "ufun"):
        ufun = ufun.ufun
    return ufun


if __name__ == "__main__":
    main()
