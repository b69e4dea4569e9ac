"""The phrases by which sponsor reads, greetings and housekeeping are told, as one pattern a purpose.

Every pattern is searched in one sentence of at most a few thousand characters, and none can run away on it.
"""

from __future__ import annotations

import re

__all__ = [
    "ADDRESSES",
    "CLOSES",
    "GREETS",
    "KEEPS_HOUSE",
    "LEAVES",
    "MAY_OPEN",
    "OPENS",
    "POINTS",
    "RETURNS",
    "SEGMENT",
    "SELLS",
    "THANKS",
]

OPENS = re.compile(
    r"\b(?:(?:(?:episodes?|podcasts?|(?:this|the|our|today's|week's) show)(?:'s)? (?:\S+ ){0,6}?"
    r"|(?:this|today's) (?:portion|segment|part|week|program(?:me)?|series|hour|season)(?:'s)? (?:is |are |we're |we are |has been ))"
    r"(?:is |are |was |been |be )?(?:also )?(?:brought to you|sponsored|supported|made possible) (?:in part )?by\b"
    r"|brought to you (?:in part )?by\b"
    r"|(?:word|message|break|moment)s? (?:\w+ ){0,5}(?:from|for|about|to thank|to hear from|to tell you about) (?:\w+ ){0,2}sponsors?\b"
    r"|thank(?:s| you)?,? (?:so much |again )?(?:to )?(?:\S+ ){0,6}(?:for (?:sponsoring|supporting) (?:the|this|our|talk|python|today)|(?:our|a|this) (?:\S+ ){0,3}sponsors?\b)"
    r"|our (?:next |last |first |other |fine |great |good |new |longtime |wonderful )*(?:sponsors? (?:for|of|on|this|today|is|are|over)|partners? (?:for (?:this|today)|of (?:this|the) (?:show|episode)|this (?:week|episode)|today))\b"
    r"|(?:homage|shout[- ]?outs?|props|kudos|(?:big|huge|massive|special) thanks?) (?:\w+ ){0,3}to (?:\w+ ){0,2}sponsors?\b|(?:check out|support|thank|visit|hear from|message from|word from) (?:\w+ ){0,2}our (?:\w+ ){0,2}sponsors?\b"
    r"|(?:today's|this week's|this episode's|the show's) (?:\w+ )?sponsors?\b|sponsors? (?:for|of) (?:this|today's|the) (?:week|episode|show|hour)"
    r"|(?:it's|it is) (?:\w+ ){0,3}time (?:again)?,? ?(?:for )?(?:\w+ )?sponsored\b|^sponsored news|our last sponsor\b|\bad break\b"
    r"|(?:they(?:'re| are)|who(?:'s| is| are)) (?:also )?sponsoring (?:this|the|our|today|talk|python)|back to the show in a (?:moment|minute|second))",
    re.IGNORECASE,
)
SELLS = re.compile(
    r"\b(?:(?:use|enter|apply) (?:(?:the|our|my|offer|promo|promotional|discount|coupon|checkout) )*code\b(?! (?:to|is|in|that|from|for|and|you|as|on|with|or|it|but|when|which)\b)"
    r"|with (?:(?:the|our|my) )?(?:(?:offer|promo|promotional|discount|coupon|checkout) code|code (?-i:[\"“'A-Z0-9]))"
    r"|(?:promo|promotional|offer|discount|coupon) codes?\b|\d+ ?(?:%|percent) off\b(?! (?:the|of|its|their))"
    r"|free trial\b|money[- ]back guarantee|(?:risk|commitment)[- ]free|no credit card (?:is )?(?:required|needed)"
    r"|(?:let them know|tell them|sure (?:to )?(?:tell|mention)) (?:\w+ ){0,4}sent you|link (?:is )?in (?:your )?(?:podcast player|show notes) (?:\w+ ){0,3}to (?:get|try|sign)"
    r"|(?:when|after) you (?:use|click) (?:our|the|that|my) link\b|special (?:offer|deal|discount) for (?:\w+ ){0,3}listeners"
    r"|(?:listeners|you) (?:can |will |'ll )?(?:get|save|receive) (?:up to )?(?:\$?\d\S* |an extra |an exclusive )(?:\S+ ){0,3}(?:off|free|credit|discount|months?)\b"
    r"|\$ ?\d+ (?:in )?(?:free )?credits?\b|get started (?:for free|today)\b|sign up (?:today|now|for free)\b|free (?:demo|consultation)\b)",
    re.IGNORECASE,
)
_ADDRESS = r"(?:[\w-]+\.)+(?:com|net|org|io|fm|dev|ai|so|co|app|sh|tv|me|us|tech|cloud|news|ms|link|[a-z]{2,6}(?=/| slash ))(?:(?:/| slash )\w+)?"
POINTS = re.compile(
    r"\b(?:(?:go|went|head|visit|check (?:them|it|us) out|over|get started|sign up|try it|join (?:them|us)|just|browse|shop|register|book|install|download|apply|more|"
    r"comparison|story|article|details|one|it|trial|catalog(?:ue)?|demo)(?: \w+){0,4}?(?: on)?(?: over)?(?: to| at| by visiting| from|:)?|visit|that's) "
    + _ADDRESS
    + r"(?!\w)",
    re.IGNORECASE,
)
SEGMENT = re.compile(r"\bsponsored (?:news|segment|story)|back to the show|ad break", re.IGNORECASE)
CLOSES = re.compile(r"\bfor (?:sponsoring|supporting)\b|show notes", re.IGNORECASE)
MAY_OPEN = re.compile(
    r"\b(?:let me tell you about|(?:want|like) to (?:thank|tell you about|mention)|are you (?:or \w+ \w+ )?(?:still|tired|looking|a|trying|ready|using|running|building)\b|"
    r"do you (?:want|need|have|really|like)|want to learn|if you(?:'re| are) (?:tired|looking|worried|interested)"
    r"|(?:is|are) (?:supported|sponsored|made possible) by (?-i:[A-Z]))",
    re.IGNORECASE,
)
ADDRESSES = re.compile(
    r"\b(?:your (?:team|business|company|app|apps|code|data|customers?|website|infrastructure|stack|first|own|ticket|audience|career)|you(?:'ll|'re| can| get| need|'ve)|"
    r"sign up|check (?:them|it) out|try it|learn more|get started|listeners|pricing|visit|they(?:'re| are| have| offer| make| help| give)|"
    r"link|customers|trusted by|dot com|\w+\.(?:com|io|fm|dev|ai))\b",
    re.IGNORECASE,
)
RETURNS = re.compile(
    r"^(?:(?:al(?:l )?right|ok(?:ay)?|so|now|well|and),? )*(?:back to (?:the|our)|welcome back|let'?s (?:get|talk|jump|dive|go|move)|(?:and )?we'?re back|returning to|"
    r"moving on|i want(?:ed)? to (?:ask|talk)|next (?:up|item|topic)|let'?s (?:kick|start|begin|dig)|what (?:do|have|are) )",
    re.IGNORECASE,
)
GREETS = re.compile(
    r"\b(?:welcome (?:back )?(?:to|everyone|everybody|once again)|hello,? (?:and welcome|everyone|everybody|friends)|(?:this|today) is (?:\w+ )?episode \w+|episode (?:number )?\d+\b"
    r"|(?:i'?m|i am|my name is) (?:your host|[A-Z]\w+ [A-Z]\w+[,.]? (?:and|a|your)\b)|your hosts?\b|(?:thanks?|thank you)(?: so much| again)? for (?:having|inviting|joining|coming|being)"
    r"|(?:great|good|nice|glad|happy|excited|pleasure|thrilled|honou?red?) (?:to (?:have you|be (?:here|back|on)|see you|meet you)|having you)|joined (?:today )?by|joining (?:me|us)"
    r"|(?:my|our) (?:\w+ )?guests?(?: \w+)? (?:today|is|are|this)|how are you|how's it going|(?:[A-Z]\w+|he|she) is (?:a|an|the) (?:[\w-]+,? (?:and )?){0,4}(?:engineer|developer|founder|co-founder|ceo|cto|professor|author|host|co-host|researcher|scientist|advocate|manager|director|maintainer|organizer|consultant|designer|writer|psychologist|producer)\b|^[A-Z]\w+(?: [A-Z]\w+)? (?:works|worked|has worked) (?:at|for|in|as|on) |recorded (?:on )?(?:january|february|march|april|may|june|july|august|september|october|november|december))",
    re.IGNORECASE,
)
KEEPS_HOUSE = re.compile(
    r"\b(?:subscribed? (?:to (?:the|this|our|it)|at|on|wherever|so|if|and|today|via|in|now)\b|(?:like|rate) and subscribe|leave (?:us )?a (?:\w+ )?(?:review|rating|comment|like)|(?:in|on) the show ?notes|show ?notes (?:are|for|at)"
    r"|follow (?:us|me|him|her|them) (?:on|at)|(?:find|reach|contact|email|tweet|message) (?:us|me) (?:on|at|via|through)|join (?:us|our|the) (?:\w+ ){0,3}(?:slack|discord|community|newsletter|mailing list|patreon)"
    r"|(?:our|my|the show's) patreon|patreon\.com/|(?:support|join|back|find) (?:us|me|the show|the podcast|this show) (?:\w+ ){0,2}(?:on|at|via|through) patreon|thanks? (?:you )?(?:\w+ ){0,3}for (?:listening|watching|tuning)|(?:see|talk to|catch) (?:you|y'all|ya|everyone) (?:all )?(?:next|later|then|soon|on the)|(?:until|till) next (?:time|week)"
    r"|that(?:'s| is) (?:it|all|the news) (?:for (?:today|this|now|the|our|us)|we)|wrap(?:s)? (?:it|things|this|us)? ?up (?:the|our|this|for|there)|next (?:week's )?(?:episode|show)|this (?:episode|podcast|show)\b|live ?stream(?:ed|ing)? (?:this|the|on|at)|"
    r"(?:apple|google) podcasts?|press the bell|wherever you (?:get|find|listen)|podcast (?:app|player)|produced by|edited by|theme (?:music|song)|(?:bye|goodbye|cheers)[,.!]|"
    r"transcripts? (?:is|are|of)|listening to (?:the|this|us)|(?:in the|post|leave|the) comments (?:below|section)|have a (?:great|good|nice|wonderful) (?:day|week|one|weekend|night|evening))",
    re.IGNORECASE,
)
LEAVES = re.compile(
    r"\b(?:welcome (?:back )?to (?:the )?(?:show|talk|podcast|program)|(?:thanks|thank you) (?:so much )?for (?:having|joining|coming|listening|watching|tuning)|thanks for tuning|to the listeners|"
    r"(?:great|good|glad|happy|excited) to (?:have you|be (?:here|back|on))|let'?s get (?:this show|into|started|back)|to kick off (?:this|the)|has been another episode|be back next)",
    re.IGNORECASE,
)
THANKS = re.compile(r"\b(?:sponsors?|sponsoring|sponsored|promo|support (?:to|of|for) the show)\b", re.IGNORECASE)
