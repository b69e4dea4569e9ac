"""Words that carry content and yet name no subject of a theme, as `earmark.language.words.stem` leaves them."""

from __future__ import annotations

from retrieval.answers.asked_for import SAYING

__all__ = ["BEFORE_PREDICATES", "BEFORE_THINGS", "BEFORE_VERBS", "EDGES", "FORMS", "SPEECH", "THINGS_TOO", "WEAK"]

_WEAK = """
idea way thing people lot issue question answer point example side side-effect fact case reason story moment part number
kind type level end line list area bit piece thousand million billion percent dollar euro hundred hour day week month
minute time company team user person man woman life world today someone somebody anyone everyone nothing something
anything everything version tool system option feature post article link support job period spot
"""
WEAK = frozenset(_WEAK.split())
"""No heading when they are all there is."""

_EDGES = """
using build building make making produce producing review write writing run running offer offering provide providing
announce handle handling send sending receive receiving pay paying buy buying sell selling choose choosing solve solving
follow following require requiring need reduce reducing increase increasing improve improving behind hide hiding download
downloading upload join joining wait waiting save saving spend spending lose losing talk typical actual real significant
general greater bigger regular total public occasional fully sort feel exist perfect skip care avoid focus sweet middle
always top order
"""
EDGES = frozenset(_EDGES.split())
"""Words that open or close a phrase only where it is half a sentence (*using Django*, *produce cortisol*)."""

FORMS = frozenset({"does", "gets", "has", "is", "was"})
"""Empty words as written, which the stemmer gives an ending that the list of stop words does not have."""

_MORE_SPEECH = """
arguing asserts asserted asserting assumes assumed believing cautions cautioned claiming concluding contends contended
contending cites cited confirms confirmed defends defended describing discussing emphasizes emphasized emphasises
emphasised encourages encouraged estimated explaining insisting introduces introduced maintains maintained mentioning
noted observes observed outlined praises praised predicting presented proposing recalls recalled recommending referred
refers remarked reminds reminded revealed reveals speaking spoken stated stresses stressed suggesting talking telling
thinking understands understood urges urged warning wonders wondered worries worried writes wrote
"""
THINGS_TOO = frozenset(
    "answer answers call calls claim claims compare doubt doubts estimates learn learned lists mean means notes object "
    "objects presents reasons remarks report reports states".split()
)
"""Verbs of saying that name things too (*function calls*, *insurance claims*): no word of a heading behind somebody's name."""
SPEECH = frozenset(word for word in SAYING.split("|") if " " not in word).union(_MORE_SPEECH.split()) - THINGS_TOO
"""Verbs of saying as written: they tell that somebody spoke, not of what."""
BEFORE_THINGS = frozenset(
    "a an the this these those my your our their his her its every each some any no another of in on for with from by "
    "about into between without through via per".split()
)
"""Small words behind which a thing is named."""
BEFORE_VERBS = frozenset(
    "to can could will would should must may might cannot can't couldn't won't wouldn't shouldn't don't doesn't didn't "
    "i you we they he she who i'll you'll we'll they'll let's not have has had i've you've we've they've".split()
)
"""Small words behind which somebody does something."""
BEFORE_PREDICATES = frozenset(
    "is are was were be been being it's that's very more most really so too quite pretty less how".split()
)
"""Small words behind which something is said to be somehow."""
