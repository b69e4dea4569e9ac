"""What is never printed as an idea, however it ranks: each rule reads a span as shown, with the sentences beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["veto"]

_TAKEN_BACK = re.compile(
    r"^(?:(?:well|but|and|so|oh|yeah),? )*(?:no[,.!]|nope|wrong\b|not (?:really|quite|true|exactly|at all|any ?more)\b|that(?:'s| is|’s) (?:not (?:true|right|the case|how|what)|wrong|a (?:myth|lie|misconception)|nonsense|ridiculous|false)"
    r"|(?:just |i'm |i’m |i am )*(?:kidding|joking)|or so (?:i|we|they)|actually,? (?:no|that|it)|i take (?:that|it) back|i was wrong|strike that|scratch that|(?:i|we) disagree|i don't (?:agree|think so|buy)|i'm not (?:so )?sure"
    r"|that turned out|turns out (?:that|it)(?:'s| was| is)? (?:not|wasn't|isn't)|hardly\b|far from it|quite the (?:opposite|contrary)|on the contrary|it(?:'s| is) not (?:true|that simple))",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"^(?:(?:yeah|yes|no|well|so|oh|okay|right),? )*(?:you(?:'re| are|’re) (?:\w+ )?(?:right|correct|welcome|asking|saying)|(?:that(?:'s|’s| is)|it(?:'s|’s| is)) (?:a |an )?(?:\w+ )?(?:right|correct|true|fair|good (?:point|question)|great (?:point|question)|exactly|what i|what we|why i|why we|how i|how we|the thing|the point|it|interesting|funny|cool|awesome)\b"
    r"|i (?:totally |completely |fully |definitely |would |really )*(?:agree|disagree|hear you|see what|love that|like that|don't know|do not know|remember|was going to|want to|wanted to|wanna|would love|have a question|am curious|wonder)|good (?:point|question)|great (?:point|question)|fair enough|of course|absolutely|exactly|sure thing|thank you|thanks|sorry|excuse me|i'm curious|you (?:mentioned|said|were saying|talked)|your (?:point|question))\b",
    re.IGNORECASE,
)
_THEIR_VIEW = re.compile(
    r"\b(?:some(?: \w+)? (?:people|folks|critics|would)|(?:a lot of|lots of|many|most|some) (?:\w+ )?(?:people|folks|critics|skeptics|devs|developers) (?:(?:will|would|might|like to|always|often|still) )?(?:say|said|think|thought|believe|argue|assume|claim|worry|ask)s?|critics|skeptics|naysayers|opponents|(?:the|one|their|his|her) (?:counter-?)?(?:argument|objection|criticism|claim|myth|misconception|theory|narrative|assumption) (?:is|was|goes|being|that)"
    r"|(?:you|people|they|one) (?:might|may|would|could|will|'d) (?:think|say|argue|assume|expect|believe)|they (?:say|claim|argue|think|believe)|supposedly|allegedly|i used to (?:think|believe)|i (?:always )?(?:thought|assumed)|we (?:always )?(?:thought|assumed))\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:but|however|actually|in fact|in reality|instead|yet|isn't|aren't|don't|doesn't|not|wrong|never|rather|turns out|although|though)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"^(?:(?:and|so|but) )?(?:(?:what|how|why|where|who|which|whether|whatever) (?!is\b|are\b|was\b|were\b|matters\b)|"
    r"(?:what|how|why) (?:i|we|you|they|he|she|it)(?:'re|'ve|'d|'m|'ll|'s)? )",
    re.IGNORECASE,
)
_MAIN = re.compile(
    r"\b(?:is|are|was|were|isn't|aren't|wasn't|means|makes|made|happens|happened|matters|depends|becomes|turns|comes)\b|\w's\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"^(?:[A-Z][\w.'-]*|(?:an?|the) [\w'-]+|[\w'-]+)(?: [\w'-]+){0,3} (?:is|are|'s|stands for|refers to|means|is called|was) (?:basically |essentially |actually |really |simply |just |like |sort of |kind of )*"
    r"(?:an? |the |your |our )?(?:[\w'-]+ ){0,4}?(?:tool|library|framework|package|app|application|project|platform|service|startup|company|product|extension|plugin|website|site|program|module|protocol|language|standard|organization|non-?profit|community|newsletter|podcast|book|feature|term|name|acronym|word for|utility|implementation|wrapper|version of|type of|kind of|sort of|form of|collection of|set of|part of|subset of|example of|founder|author|host|engineer at|developer at|professor)\b",
    re.IGNORECASE,
)
_PITCH = re.compile(
    r"\b(?:(?:is|are|was) (?:supported|sponsored|presented) by|\d+ (?:percent|%) off|(?-i:enter [A-Z]{3,})|dot (?:com|example|dev|org|io)|sign(?:ed)? up (?:for|at)|free (?:trial|tier|plan|account)|promo|discount|coupon|our (?:friends|partners?|sponsors?) (?:at|over|from)|check (?:it|them|us|this|that|him|her) out|link(?:s|ed)? (?:is |are |will be )?(?:in|to) (?:the|our|your) (?:show|episode|description)|show notes|head (?:on )?(?:over )?to|go to \w+\.(?:com|dev|io|org|fm)|\w+\.(?:com|dev|io|fm|sh)/\w+|learn more at"
    r"|brought to you|sponsor(?:s|ed|ing)?\b|subscrib\w+|listeners?|(?:this|last|next|previous|today's|first|our|the) (?:episode|podcast|show|segment)|on (?:the|this|our) (?:podcast|show)|(?:my|our|today's) guests?|welcome (?:to|back)|thanks? (?:you )?(?:so much )?for|tune in|patreon|newsletter|we(?:'re| are) (?:hiring|launching|excited|proud)|i'm excited|available now|pre-?order|tickets?\b|conference (?:is|will)|register (?:at|now|for)"
    r"|(?:last but not least|last, but certainly)|(?:we|i) have (?:with us|here|on)\b|we have [A-Z]\w+ [A-Z]\w+|prolific|award-winning|years of experience|(?:his|her|their) (?:work|career|book|latest)\b|has been (?:writing|teaching|working|programming)|today (?:we|i)(?:'re|'m| are| am)? (?:going to|gonna|talking|joined|discuss\w*)|let's (?:talk|get into|dive|move on|start|go|do|see|say)|we(?:'ll| will|'re going to| are going to|'re gonna) (?:talk|discuss|cover|dive|get into|look at)|i(?:'ll| will|'m going to|'m gonna) (?:talk|discuss|cover|show you|explain|walk|read)|joined (?:today )?by|is (?:a|the) (?:co-?founder|founder|ceo|cto|author|creator|host|maintainer)|(?:co-?founder|founder|ceo|cto|creator|maintainer|author) (?:of|and|at) [A-Z])\b",
    re.IGNORECASE,
)
_READ_ALOUD = re.compile(
    r"(?:^|\s)>\s|^[\"'“‘]|\b(?:headline|subject line|the (?:title|abstract|article|post|piece|blog post|tweet|email|letter|poll|survey question|press release|readme|docs?) (?:is|was|says|said|reads?|asks?|goes|states)|(?:he|she|they|it) (?:writes|wrote|tweeted|posted|asks)|(?:and )?i quote\b|quote[,:]|end quote|unquote|reads as follows|(?:said|wrote|writes|says|write|states?|stated|reads|adds?|added|noted|concluded?s?|explained|notes):|they (?:write|wrote|said|say|explained?)\b[,:]|,\" (?:they|he|she)|dear \w+,|listener \w+|wrote in\b|% (?:said|of respondents|voted)|(?:next|first|second|third|last|another|following) (?:question|story|item|headline|topic|slide|one|up)\b)",
    re.IGNORECASE,
)
_SPOILT = re.compile(
    r"unintelligible|inaudible|indiscernible|crosstalk|--|\b(?:\w+)- \w|\[\d|\(\d\d|\blike,? (?:you know|i|we|he|she|they|oh)\b|\b(?:i|he|she|they|we)(?:'m|'s|'re| was| were) like\b|\byou know what i mean\b|\bor like\b|\band like\b|\bblah\b|\bit's like\b|_{2,}|https?:|\bdot com\b",
    re.IGNORECASE,
)
_LIKES = re.compile(
    r"(?:,| )like,|\blike like\b|\b(?:kind|sort) of\b|\byou know\b|\bi mean\b|\bi guess\b|\bbasically\b|\bgonna\b|\bstuff\b|\bsome sort\b|\bor something\b|\bor whatever\b",
    re.IGNORECASE,
)
MOST_FILLERS = 2
"""Fillers and hedges from which on a span reads as spoken, not written."""
TRUISM_WORDS = 25
"""Words from which on what begins as a commonplace goes on to say something."""
_ANSWER = re.compile(r"^(?:yes|no|it|they|because|to|not|only|both|mostly|usually|probably)\b", re.IGNORECASE)
_PERSONAL = re.compile(
    r"\b(?:i|i'm|i’m|i've|i’ve|i'd|i’d|i'll|i’ll|me|my|mine|myself|our (?:team|company|show|guest|friend|sponsor|own|customers?|users?))\b",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:here|here's|here’s|right there|over there|out there|in there|stuff|one of the|a bunch of|some sort of|some kind of|the same (?!(?:as|way as|time)\b)\w+(?! (?:\w+ ){0,4}(?:as|that)\b)"
    r"|as opposed to|other than|needless to say|long story short|you know|and so forth|in (?:that|this) (?:sense|case|way|regard|context))\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^The [\w'-]+ (?:is|are|was|were|can|will|has|have|had|could|would|may|should|might|must|does|do|did|then|only|just|also|actually|still|always|never|\w+s|\w+ed)\b"
    r"|^The (?:company|project|team|attackers?|researchers?|article|authors?|letter|paper|vulnerabilit(?:y|ies)|bug|botnet|campaign|plugin|tool|app|library|node|readers?|guy|gist|idea|goal|point)\b(?! (?:of|that|who|which|behind|for|with|in|to)\b)"
    r"|^(?:Again|Same|Other|Another|Both|Either|Neither|Such|Satellite|Instead)\b",
)
_LIST_MARK = re.compile(
    r"^(?:[A-Za-z]|\d+)[.)] |^(?:first|second|third|fourth|last|final)(?:ly)?(?:,| of all\b)|^(?:number|step|pillar|rule|part|category|layer|option|chapter) (?:\w+|\d+)\b|^(?:step|rule|the (?:first|second|third|fourth|final|last|next|other)) (?:one|category|thing|is|was|would)\b",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"^(?:\w+ing|\w+ed|(?:to|by|with|in regards? to|regarding|as for|like|as) \w+)\b(?!.*\b(?:is|are|was|means|makes|gives|will|can|has|have|helps|creates|takes|requires|isn't|leads|allows|does|doesn't|should|you|we|they|it)\b)",
    re.IGNORECASE,
)
_TRUISM = re.compile(
    r"^(?:it depends|everyone|everybody|everything|nothing|nobody|the (?:world|future|internet) is|there (?:is|are|'s)(?: \w+)? (?:a lot|lots|many|different|several|some|plenty|always|tons|pros)|it(?:'s| is) (?:really |very |super |just |pretty |so |all )*(?:important|cool|fun|great|nice|amazing|interesting|awesome|about|up to|a (?:great|good|fun|cool|nice|really|very|fascinating|journey|process|balance|trade))|communication is|practice makes)\b",
    re.IGNORECASE,
)
_SCREEN = re.compile(
    r"\b(?:(?:on|in) (?:the|this|my|our) (?:screen|slide|diagram|picture|graph|chart|left|right|figure|table|demo)|you (?:can )?see (?:here|that|this|on|in the)|as you (?:can )?see|over here|right here|this slide|here (?:is|are|you|we|i)\b|click(?:ing)? (?:on|the)|line \d+|page \d+|chapter \d+|let me (?:show|read|give|explain|start|just|see))\b",
    re.IGNORECASE,
)
_NEWLY = re.compile(
    r"\b(?:yesterday|this (?:morning|week|month|weekend)|last (?:week|night|month|weekend)|next (?:week|month)|tomorrow|the other day|a (?:couple|few) (?:of )?(?:days|weeks) ago)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"^(?:if|when|unless|until|once|because|since|although|even though|even if|while|whereas|as|so that|in order to|to|by|with|without|after|before|for|given|not because|not just|not only) ",
    re.IGNORECASE,
)
_WHETHER = re.compile(r"^(?:if|unless|although|even though|even if|whereas)\b[^,]*,", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*(?:but|and|or|nor|maybe|not|without|with|like|which|because|than|as|even|especially)\b", re.IGNORECASE
)
"""How a part after a comma begins that goes on with a condition; its consequence begins with a subject."""
_UNFINISHED = re.compile(
    r"(?:\b(?:and|or|but|the|a|an|to|so|because|if|like|which|than|what|who|when|into|between|very|really|my|your|their|our|we|i)[.,…]*|,)[\"']?$",
    re.IGNORECASE,
)
_HEADLESS = re.compile(
    r"^(?:contains?|forces?|tried|started|used|uses|allows?|lets|gives?|means|works|runs|got|went|came|comes|goes|says|said|looks|looked|seems|happens|depends|sounds|provides|based|tends|wants|gotta|gonna|is|are|was|were|has|had|does|did|which|who|whose|where|that's|than|as in|such as|like|or|nor)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"^([^,]+), (?:which|who|where|whose)\b[^,]*$")
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|has|have|had|do|does|did|can|could|will|would|shall|should|may|might|must|cannot)\b|(?:n't|'s|'re|'ve|'ll|'d|'m)\b"
    r"|\b(?:means?|makes?|gets?|gives?|takes?|needs?|wants?|goes|go|comes?|works?|uses?|lets?|allows?|helps?|keeps?|runs?|tends?|becomes?|requires?|provides?|creates?|leads?|depends?|happens?|looks?|feels?|shows?|says?|thinks?|believes?|knows?|adds?|offers?|supports?|turns?|changes?|starts?|puts?|sets?|tells?"
    r"|builds?|writes?|pays?|costs?|lacks?|matters?|exists?|remains?|seems?|includes?|contains?|causes?|enables?|prevents?|brings?|found|became|made|took|got|gave|came|went|built|grew|learns?|grows?|stops?|spends?|loses?|wins?|finds?|sees?|treats?|relies|refers?|breaks?|solves?|reduces?|increases?|improves?|produces?|replaces?"
    r"|follows?|holds?|plays?|stays?|acts?|reads?|sends?|stores?|calls?|expects?|asks?|consists?|beats?|fails?|affects?|determines?|protects?|hides?|moves?|trusts?|runs?|ends?|scales?|pick|picks|\w{3,}ed|\w{3,}i[sz]e[sd]?)\b",
    re.IGNORECASE,
)


def veto(texts: Sequence[str], *, after: str, answers: bool = False) -> str:
    """Why a span is not printed, in a word or two; empty where nothing speaks against it.

    Args:
        texts: its sentences as they are shown.
        after: the sentence after it, whoever says it; empty at the end.
        answers: whether somebody else has just asked, so that its beginning may be half of a dialogue.
    """
    whole = " ".join(texts)
    reasons = (
        ("asks", any("?" in text for text in texts)),
        ("taken back", _TAKEN_BACK.match(after)),
        ("reply", _REPLY.match(texts[0]) or (answers and _ANSWER.match(texts[0]))),
        *((name, pattern.search(whole)) for name, pattern in _ANYWHERE.items()),
        ("leans", _BARE.match(texts[0]) or _LIST_MARK.match(texts[0]) or _HALF.match(texts[0])),
        ("their view", _is_their_view(whole)),
        ("fragment", any(_is_broken(text) for text in texts)),
        ("truism", _TRUISM.match(texts[0]) and len(whole.split()) < TRUISM_WORDS),
        ("definition", _DEFINES.match(texts[0]) and len(texts) == 1),
        ("spoken", len(_LIKES.findall(whole)) > MOST_FILLERS),
        ("open quote", whole.count('"') % 2 or whole.count("“") != whole.count("”")),
    )
    return next((name for name, speaks in reasons if speaks), "")


def _is_their_view(text: str) -> bool:
    """Whether a view is given as somebody else's and not denied afterwards."""
    view = _THEIR_VIEW.search(text)
    return bool(view and not _DENIES.search(text[view.end() :]))


def _is_broken(text: str) -> bool:
    """Whether a sentence has no main clause, as far as that can be told without a parser."""
    verbs = len(_VERB.findall(text))
    clause = _CLAUSE.match(text)
    return (
        verbs == 0
        or bool(_UNFINISHED.search(text))
        or bool(_HEADLESS.match(text))
        or bool(_CONDITION.match(text) and "," not in text and verbs < 2)
        or bool(_WHETHER.match(text) and all(_GOES_ON.match(part) for part in text.split(",")[1:]))
        or bool(clause and not _MAIN.search(text[clause.end() :]))
        or bool((aside := _ASIDE.match(text)) and not _VERB.search(aside[1]))
    )


_ANYWHERE = {
    "pitch": _PITCH,
    "read aloud": _READ_ALOUD,
    "spoilt": _SPOILT,
    "screen": _SCREEN,
    "personal": _PERSONAL,
    "loose": _LOOSE,
    "news": _NEWLY,
}
