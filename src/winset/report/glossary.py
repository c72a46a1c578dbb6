"""The words of the report, one line each."""

from __future__ import annotations

TERMS: tuple[tuple[str, str, str], ...] = (
    ("reading", "Reading", "One numeric model that fits every line in force. Where the lines leave "
     "numbers open, they are drawn evenly from all that fit. A share of readings measures what "
     "the account leaves open; it is no forecast."),
    ("line", "Line, statement", "One thing said, with its source, its place, its voice and its "
     "basis. Every line can be dropped, and every result traced back to lines."),
    ("basis", "Basis", "How a line is known: said by the one it is about, reported by somebody "
     "else, inferred from a text, or assumed by whoever wrote the case."),
    ("force", "In force", "A line counts in the share of readings the case gives it; in the "
     "others it is as if it had not been said."),
    ("state", "Now", "The option in force today. An issue on which nothing is agreed is open."),
    ("table", "Table", "Parties that negotiate together. It can change what all its deciders, "
     "sitting there, agree to change."),
    ("signed", "Deal, signed deal", "Options for the issues on a table’s agenda; all else as it "
     "stands. The one signed is, unless stated otherwise, Nash’s: the one with the greatest "
     "product of the parties’ gains."),
    ("zone", "Can be signed (zone of agreement)", "The deals that change something, break no rule, "
     "cross no red line of those at the table or their ratifiers, leave none of them worse than "
     "without agreement, and at least one better."),
    ("frontier", "Wastes nothing (Pareto frontier)", "A deal that can be signed, and that "
     "no other such deal beats for one party without costing another."),
    ("none", "No agreement", "What each party gets if the table fails: what was stated; else the "
     "state of today, with what each party can decide alone decided as it likes best."),
    ("points", "Points", "Gains in hundredths of a party’s own way from its worst outcome to its "
     "best. They say nothing across parties."),
    ("redline", "Red line, objection", "An outcome, or a seat at a table, that a party refuses; "
     "firm in a share of readings, not meant in the others."),
    ("ratifier", "Ratifier", "A party whose consent a signer needs at home."),
    ("absent", "Absent party", "A party that a deal affects and that is not at the table. It "
     "accepts or declines: as was stated; else by its red lines; else by what is better for it."),
    ("hurt", "Hurt", "Worse off by the deal, as it would stand, than without agreement."),
    ("stand", "As it would stand", "The signed deal after those who carry it out have declined: "
     "what they carry out falls back to what is now, and with it what the rules then forbid."),
    ("close", "What stands in the way", "The fewest lines, or parties’ better outcomes without "
     "agreement, that have to give way for some deal to be possible."),
    ("story", "Story", "One course of events: one reading, and one draw of luck and of how long "
     "things take. Many are told of each reading; the share of its stories in which something "
     "happens is its probability there."),
    ("step", "Step", "Something that has to happen, with what has to come before it, the lines of "
     "contact that it needs, how long it takes and its chance."),
    ("channel", "Channel, line of contact", "Contact between two parties at a level: open, "
     "frozen, refused or offered. A step may need one that is open, and may open one."),
    ("lever", "Gesture", "A step that somebody can take without a table, and that others wait "
     "for or hang on. What it is worth: the difference between stories in which it comes off "
     "whenever it is tried, and never."),
    ("critical", "Decides the date, critical", "A step lies on the critical path to another if "
     "the other would have come earlier had it ended earlier."),
    ("veto", "Veto player", "A party without which a step cannot happen: it acts, signs, "
     "ratifies, has to want it, or stands at the end of a channel that is needed (Tsebelis 1995)."),
    ("hedge", "Hedge, band", "The word of likelihood that a prediction carries. Words on the list "
     "of ICD 203 stand for a band of probabilities (likely: 55 to 80 %)."),
    ("brier", "Brier score, log score", "How good a probability was, once the outcome is known. "
     "Brier: its squared distance from 1 (came true) or 0 (did not). Log: minus the logarithm of "
     "the probability given to what happened. 0 is best for both."),
    ("nash", "Nash", "The deal with the greatest product of gains (Nash 1950)."),
    ("kalai", "Kalai–Smorodinsky", "The deal that raises the smallest share of each party’s best "
     "possible gain as far as it goes (Kalai and Smorodinsky 1975)."),
    ("egal", "Egalitarian", "The deal that raises the smallest gain as far as it goes "
     "(Kalai 1977)."),
    ("util", "Utilitarian", "The deal with the greatest sum of gains."),
)  # fmt: skip
"""Key (of the anchor), term, its line."""
