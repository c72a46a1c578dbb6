"""A small case that uses every section, as text."""

import pytest

SMALL = """\
format: 1
name: small
title: Talks about a border
as_of: 2025-02-17
horizon: 2026-02-17
sources:
  note: {title: A note, date: 2025-02-01, kind: commentary}
  record: {title: Public record, date: 2025-12-31}
parties:
  north: {name: North, delegates: {minister: N}, agencies: {bank: Bank of North}}
  south: South
  coast: {name: Coast}
  house: {name: House of North, ratifies: north @note:2}
influence: north > south >> others @assumed
ties:
  north and south: trade of 3 bn in 2024 @note:4
  coast to north: distrust
history:
  - they last met in 2018 @note:1
perceptions:
  coast: sees the talks as a threat @note:9 inferred
levels: [envoy, minister]
issues:
  border: {title: The border, options: [old, line, new], decided_by: north + south @note:1}
  trade: {options: closed < partial < free, now: closed @note:2, decided_by: north + south}
  troops: {options: many < few, now: many, decided_by: south, implemented_by: coast @note:3}
  venue:
    decided_by: north + south
    options:
      lake: {host: coast, bloc: none}
      hill: {bloc: pact}
rules:
  - border is new requires trade is free @assumed
tables:
  main: {parties: north + south @note:1, host: coast (likely) @note:5,
         agenda: [border, trade, venue]}
absent:
  coast: {from: main, reason: it was not asked @note:6}
preferences:
  north:
    border: old > line >> new @note:1 Minister of North said
    trade: [free > partial > closed (likely), closed > partial > free (unlikely)]
    venue: by bloc none > pact @note:2 inferred
  south:
    border: {values: {new: 10, line: 4..6, old: 0, open: 2}, source: "@note:1"}
    trade: free > partial > closed if border is new else unknown
    troops:
      either: [many > few, few > many]
  coast: {troops: few > many @note:3}
salience:
  north: border > north.linkage > others @note:1
  south: {weights: {border: 3, trade: 1..2}}
red_lines:
  north: {never: border is new, firmness: very likely, source: "@note:1 Minister of North said"}
  south: [border is old and trade is closed, {never: coast at table, use: no}]
objections:
  south: coast at table if border is old @note:7
no_agreement:
  south: status quo + 0..0.1 (roughly even)
answers:
  coast: decline if border is new @note:3
linkage:
  north: more if trade is free and border is not new
channels:
  ns.minister: {between: [north, south], level: minister, state: frozen @note:1, since: 2022-02}
steps:
  thaw: {title: The ministers are in touch again, opens: ns.minister, takes: 1w}
  meet: {title: They meet @note:1, needs: ns.minister, takes: 1w..4w mostly 2w, chance: likely}
  sign: {after: meet (likely) @note:1, table: main, deal_on: [border], settles: border is not open}
claims:
  soon: {event: meet by 2025-06-01, hedge: possible, source: "@note:8", happened: no,
         resolution: {date: 2025-06-01, source: "@record", note: no meeting}}
scenarios:
  freed: {set: trade is free, without: [north.red_lines]}
  turned: {replace: {coast.preferences.troops: many > few}}
"""


@pytest.fixture
def small() -> str:
    return SMALL
