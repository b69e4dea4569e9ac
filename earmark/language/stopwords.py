"""Stems that say nothing of what is spoken about, as `earmark.language.words.stem` leaves them.

They are for comparing texts: search, related lists, themes and answers leave them out or weigh them little. The function
words of `earmark.language.english` are for reading sentences; there it says why the two lists are not one.
"""

from __future__ import annotations

__all__ = ["QUERY_STOPWORDS", "STOPWORDS"]

_FUNCTION = """
a about above across after again against ago all almost along already also although always am among an and another any
anybody anyone anything anywhere are aren't around as at away back be became because become been before being below
beside besides between beyond both but by can can't cannot could couldn't did didn't do doe doesn't doing don't done
down during each either else enough etc even ever every everybody everyone everything everywhere except few for from
further had hadn't ha hasn't have haven't having he he'd he'll her here here's hers herself him himself his how however
i i'd i'll i'm i've if in indeed inside instead into is isn't it it'd it'll it' its itself just least les less let let'
like ll many may maybe me might mine more most much must my myself neither never nevertheless next no nobody none nor
not nothing now nowhere of off often on once one only onto or other otherwise our ours ourselve out outside over own
per perhaps quite rather re really s same shall she she'd she'll should shouldn't since so some somebody somehow someone
something sometime sometimes somewhat somewhere soon still such t than that that'll that'd the their theirs them themselve
then there therefore these they they'd they'll they're they've thi this those though through throughout thus till to
together too toward towards under unless until up upon us use used very via wa was wasn't we we'd we'll we're we've well
were weren't what whatever when whenever where wherever whether which while who whoever whole whom whose why will with
within without won't would wouldn't ye yes yet you you'd you'll you're you've your yours yourself yourselve
"""
_SPOKEN = """
able absolutely actual actually anyway ask asked asking bad basically believe best better big bit bring call called
came case certain certainly clear clearly come coming completely couple cool course day definitely different
difficult easy end entire especially exact exactly example fact far feel feeling figure find fine first five folk found
four fun generally get getting give given giving go goe going gonna good got gotta great guess guy happen happened happening
hard hear heard hello help hey hi high hope hopefully huge idea important interested interesting isn kind knew know
knowing known kinda large last later lately left long longer look looked looking lot love low made main make making
matter mean meaning meant mind minute moment mostly move moving name nearly necessarily need needed new nice obviously
oh ok okay old ones part particular particularly past people person pick piece place play point possible pretty
probably problem put question quick quickly reason recent recently remember right run running said saw say saying second
see seem seen sense set seven show side similar simply single six small sort speak specific specifically spend stuff
start started starting sure take taken taking talk talked talking ten tell telling term thank thing think thinking third
thought three time today told took totally tried true truly try trying turn turned two type uh um understand usually
value various wanna want wanted wanting watch way week went whatnot word work worked working world worth year yeah
yesterday you'd zero episode podcast host guest listener tomorrow tonight change changed changing keep kept add added allow
allowed allowing create created creating create based level number amount include including include
"""
QUERY_STOPWORDS = frozenset(_FUNCTION.split())
"""Those of them that say nothing in any query; the others can be what somebody looks for (*world model*)."""
STOPWORDS = frozenset((_FUNCTION + _SPOKEN).split())
"""All of them: words of spoken English that name no subject."""
