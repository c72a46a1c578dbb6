"""Places for the boxes of a graph."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from winset.report.layering import Bend, layout


@st.composite
def graphs(draw):
    count = draw(st.integers(0, 14))
    heights = {f"n{k}": float(draw(st.integers(10, 80))) for k in range(count)}
    pairs = [(f"n{a}", f"n{b}") for b in range(count) for a in range(b)]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=25)) if pairs else []
    return heights, edges


@given(graphs())
@settings(max_examples=60)
def test_layers_hold_all_apart_and_edges_go_right(graph):
    heights, edges = graph
    found = layout(heights, edges, 20.0)
    at = {node: k for k, layer in enumerate(found.layers) for node in layer}
    assert {node for node in at if not isinstance(node, Bend)} == set(heights)
    for layer in found.layers:
        for one, other in pairwise(layer):
            room = (found.heights[one] + found.heights[other]) / 2 + 20.0
            assert found.middle[other] - found.middle[one] >= room - 1e-6
    for edge in edges:
        way = found.ways[edge]
        assert (way[0], way[-1]) == edge
        assert all(at[b] - at[a] == 1 for a, b in pairwise(way))
    if heights:
        assert min(found.middle[n] - found.heights[n] / 2 for n in at) >= -1e-6


def test_a_node_stands_straight_after_the_only_one_before_it():
    found = layout({"a": 30.0, "b": 50.0}, [("a", "b")], 20.0)
    assert found.middle["a"] == found.middle["b"]


def test_edges_that_need_not_cross_do_not():
    heights = dict.fromkeys(["a", "b", "c", "d"], 30.0)
    found = layout(heights, [("a", "d"), ("b", "c")], 20.0)
    first, second = found.layers
    assert first.index("a") - first.index("b") == second.index("d") - second.index("c")


def test_the_same_graph_has_the_same_places():
    heights = {f"n{k}": 30.0 for k in range(9)}
    edges = [(f"n{k}", f"n{j}") for k in range(4) for j in range(4, 9) if (k + j) % 3]
    assert layout(heights, edges, 20.0).middle == layout(heights, edges, 20.0).middle
