"""Words that carry content and yet name no subject of a theme, as `earmark.language.words.stem` leaves them."""

from __future__ import annotations

__all__ = ["EDGES", "FORMS", "WEAK"]

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
