"""NegMAS's side of a comparison: run by its own Python, one question in JSON to standard input.

This file knows nothing of winset. Answers go to standard output, arrays to files that are named.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

TOO_LATE = 75  # exit status


def main() -> None:
    """Answer the question."""
    question = json.load(sys.stdin)
    answers = {"utilities": utilities, "frontier": frontier}
    print(json.dumps(answers[question["what"]](question)))


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
        "reservations": [reservation(ufun, set(asked["issues"])) for ufun in scenario.ufuns],
    }


def reservation(ufun: Any, asked: set[str]) -> float:  # noqa: ANN401 - a utility function
    """Give a reservation, moved by what placeholders for missing issues add to all deals.

    It is that of the utility within a discounted one where this has none.
    """
    if hasattr(ufun, "ufun") and ufun.reserved_value in (None, float("-inf")):
        return reservation(ufun.ufun, asked)
    inner = stationary(ufun)
    parts = zip(
        getattr(inner, "issues", None) or (),
        getattr(inner, "weights", ()),
        getattr(inner, "values", ()),
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


# ── frontiers ───────────────────────────────────────────────────────────────────────────────────
def frontier(question: dict[str, Any]) -> dict[str, Any]:
    """Give the frontier of utilities that are sums, within limits of time and memory."""
    from negmas import LinearAdditiveUtilityFunction, make_issue, make_os
    from negmas.preferences.ops import pareto_frontier, pareto_frontier_numpy
    from negmas.preferences.value_fun import TableFun

    threading.Thread(target=watch, args=(question["seconds"],), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (question["bytes"], question["bytes"]))
    worth, sizes = np.load(question["worth"]), question["sizes"]
    issues = [make_issue(size, f"i{n}") for n, size in enumerate(sizes)]
    space, starts = make_os(issues), np.cumsum([0, *sizes])
    ufuns = [
        LinearAdditiveUtilityFunction(
            [TableFun(dict(enumerate(row[a : a + n].tolist())))
             for a, n in zip(starts, sizes, strict=False)],
            outcome_space=space,
            reserved_value=0.0,
        )
        for row in worth
    ]  # fmt: skip
    times = 3 if np.prod(sizes, dtype=float) <= 1e4 else 1
    points, seconds = timed(lambda: pareto_frontier(ufuns, issues=issues), times)
    listed = np.stack([sums(row, starts, sizes) for row in worth], axis=1)
    _, alone = timed(lambda: pareto_frontier_numpy(listed), times)
    np.save(question["points"], np.array(points[0]))
    ranges = [(0.0, float(row.max())) for row in listed.T]
    return {"seconds": seconds, "filter": alone,
            "solutions": solutions(ufuns, list(points[0]), ranges)}  # fmt: skip


def watch(seconds: float) -> None:
    """End this process when it has used so many seconds of a processor.

    A limit by the system would make its clock coarse.
    """
    while time.process_time() < seconds:
        time.sleep(0.2)
    os._exit(TOO_LATE)


def timed(work: Callable[[], Any], times: int) -> tuple[Any, float]:
    """Give what the work finds, and the processor's seconds of its best run."""
    runs = []
    for _ in range(times):
        before = time.process_time()
        found = work()
        runs.append(time.process_time() - before)
    return found, min(runs)


def sums(row: np.ndarray, starts: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Add up one party's numbers for every deal."""
    total = np.zeros(1)
    for start, size in zip(starts, sizes, strict=False):
        total = (total[:, None] + row[start : start + size]).ravel()
    return total


def solutions(ufuns: list[Any], points: list[Any], ranges: list[Any]) -> dict[str, Any]:
    """Give the points that NegMAS calls by the names of solutions."""
    from negmas.preferences import ops

    named = {"nash": ops.nash_points, "kalai-smorodinsky": ops.ks_points,
             "egalitarian": ops.kalai_points, "utilitarian": ops.max_welfare_points}  # fmt: skip
    return {name: [list(map(float, utilities)) for utilities, _ in method(ufuns, points, ranges)]
            for name, method in named.items()}  # fmt: skip


if __name__ == "__main__":
    main()
