"""Private feeds: which addresses are secret, what may be shown of them, and how the secret is kept out of all texts.

Only its subscriber may read a private feed: with a login in the address (``https://name:password@host/``),
a token in its query (``?auth=…``) or in its path (``/private/3f9a…/feed``). Whoever has the address has the feed, so the
address is kept like a password (`earmark.catalog.feeds.secrets`), and no page, mail, list, log or error shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit, urlunsplit

from earmark.errors import EarmarkError
from earmark.ids import make_id
from earmark.secret_names import names_secret
from earmark.types import FeedData

__all__ = ["HIDDEN", "Veil", "concealed", "is_private", "shown", "veil_of", "veiled", "with_login", "without_password"]

HIDDEN = "***"

_SPEAKING = re.compile(
    r"private|secret|tokens?|auth|key|premium|exclusive|members?|memberfeeds?|patrons?|subscribers?|plus|personal",
    re.IGNORECASE,
)
"""A part of a path after which an opaque one is a token."""
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)
_JWT = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]+){1,2}")
_EXTENSION = re.compile(
    r"\.(?:xml|rss|atom|json|mp3|m4a|mp4|ogg|opus|wav|flac|aac|vtt|srt|txt|html?|php)\Z", re.IGNORECASE
)
_USERINFO = re.compile(r"(?<=://)[^/\s@\"'<>]+@")
_SHORT = 8
"""Characters from which a word of letters and figures after a speaking part of a path counts as a token."""
_LONG = 28
"""Characters from which such a word counts as a token anywhere; ids of public feeds have at most 24 (Acast)."""
_MASKED = 6
"""Shorter secrets are hidden inside addresses, but not looked for in running text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Veil:
    """Takes secrets out of texts: ``veil(text)``. One without ``secrets`` changes nothing."""

    secrets: tuple[str, ...] = ()

    def __call__(self, text: str) -> str:
        """The text with ``***`` for every secret, and no login in any address."""
        if not self.secrets or not text:
            return text
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return _USERINFO.sub("", text)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to hide."""
        return not self.secrets


def is_private(url: str) -> bool:
    """Whether an address by itself gives access: it holds a login, or a parameter or part that speaks of a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "@" in url
    if parts.scheme.lower() not in {"http", "https", ""}:
        return False
    if "@" in parts.netloc:
        return True
    if any(names_secret(name) and value for name, value in parse_qsl(parts.query)):
        return True
    return any(_tokens_of(parts))


def shown(url: str) -> str:
    """What may be shown of a private address: no login, and ``***`` for every part that may be a token.

    The host is shown if the address looks like any other and is private only because its reader says so.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    if not is_private(url):
        return urlunsplit((parts.scheme, parts.netloc, f"/{HIDDEN}", "", ""))
    segments = parts.path.split("/")
    tokens = set(_tokens_of(parts))
    path = "/".join(f"{HIDDEN}{_extension(segment)}" if _bare(segment) in tokens else segment for segment in segments)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = "&".join(f"{quote(name)}={HIDDEN if _hides(name, value) else quote(value)}" for name, value in pairs)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], path=path, query=query, fragment=""))


def veil_of(*urls: str) -> Veil:
    """What hides the secrets of private addresses in any text.

    Where the first, that of the feed, holds no part that looks like one, all behind its host is the secret.
    """
    hidden: set[str] = set()
    for number, url in enumerate(urls):
        hidden |= (secrets := _secrets_of(url))
        if number == 0 and not secrets and len(behind := re.sub(r"^[\w+.-]+://[^/]*/?", "", url)) >= _MASKED:
            hidden.add(behind)
    forms = {form for secret in hidden for form in (secret, unquote(secret), quote(unquote(secret), safe=""))}
    return Veil(
        secrets=tuple(sorted((form for form in forms if len(form) >= _MASKED), key=lambda form: (-len(form), form)))
    )


def with_login(address: str, url: str) -> str:
    """``url`` with the login of ``address``, if both are of one scheme, host and port and ``url`` names none itself.

    From http to https of one host, each at its usual port, it goes along too: a login is never sent in clearer text.
    """
    try:
        ours, theirs = urlsplit(address), urlsplit(url)
        same = (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)
        upgraded = ours.hostname == theirs.hostname and (
            (ours.scheme, ours.port or 80) == ("http", 80) and (theirs.scheme, theirs.port or 443) == ("https", 443)
        )
    except ValueError:
        return url
    same = same or upgraded
    login, at, _ = ours.netloc.rpartition("@")
    if not (same and at) or "@" in theirs.netloc:
        return url
    return urlunsplit(theirs._replace(netloc=f"{login}@{theirs.netloc}"))


def without_password(url: str) -> str:
    """The address with the name of its login and not the password: what stays when a password is changed."""
    try:
        parts = urlsplit(url)
        name = parts.username or ""
    except ValueError:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}@{host}" if name else host))


def concealed(feed: FeedData, address: str) -> FeedData:
    """A private feed as it may be kept: only the addresses of audio, transcripts and chapters hold secrets.

    Feeds repeat their own address and use that of the audio as GUID and as link. A GUID keeps all that is no secret, so
    that it stays the same when the token is changed.
    """
    own = veil_of(address)
    episodes = []
    for episode in feed.episodes:
        veil = veil_of(address, episode.audio_url, *(link.url for link in episode.transcripts), episode.chapters_url)
        link = (
            ""
            if episode.link and episode.link.partition("#")[0] == episode.audio_url.partition("#")[0]
            else veil(episode.link)
        )
        episodes.append(
            replace(
                episode,
                guid=_guid(episode.guid, own, episode.audio_url),
                title=veil(episode.title),
                description=veil(episode.description),
                link="" if HIDDEN in link or is_private(link) else link,
                persons=tuple(replace(person, name=veil(person.name)) for person in episode.persons),
                chapters=tuple(replace(chapter, title=veil(chapter.title)) for chapter in episode.chapters),
            )
        )
    link, image = own(feed.link), own(feed.image_url)
    return replace(
        feed,
        title=own(feed.title),
        description=own(feed.description),
        author=own(feed.author),
        link="" if HIDDEN in link or is_private(link) else link,
        image_url="" if HIDDEN in image or is_private(image) else image,
        persons=tuple(replace(person, name=own(person.name)) for person in feed.persons),
        episodes=tuple(episodes),
        problems=tuple(own(problem) for problem in feed.problems),
    )


@contextmanager
def veiled(veil: Veil) -> Iterator[None]:
    """Takes the secrets out of whatever is raised inside: message, subject, and all causes."""
    try:
        yield
    except Exception as error:
        if not veil.empty:
            _hide(error, veil)
        raise


def _hide(error: BaseException, veil: Veil) -> None:
    for raised in _chain(error):
        raised.args = tuple(_hidden_argument(argument, veil) for argument in raised.args)
        if isinstance(raised, EarmarkError):
            raised.message, raised.subject = veil(raised.message), veil(raised.subject)
        for cause in (raised.__cause__, raised.__context__):
            # What builds its text from elsewhere than its arguments cannot be cleaned; it is left out.
            if cause is not None and not isinstance(cause, EarmarkError) and veil(text := str(cause)) != text:
                raised.__cause__ = raised.__context__ = None
                break


def _hidden_argument(argument: object, veil: Veil) -> object:
    text = argument if isinstance(argument, str) else str(argument)
    return argument if (hidden := veil(text)) == text else hidden


def _chain(error: BaseException) -> list[BaseException]:
    """The error, what caused it and what it came up in, those first that are reached last."""
    chain: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        raised = waiting.pop()
        if raised is not None and not any(raised is other for other in chain):
            chain.append(raised)
            waiting += [raised.__cause__, raised.__context__]
    return chain[::-1]


def _secrets_of(url: str) -> set[str]:
    try:
        parts = urlsplit(url)
        name, password = parts.username or "", parts.password or ""
    except ValueError:
        return set()
    queried = (value for key, value in parse_qsl(parts.query) if _hides(key, value))
    return {
        secret for secret in (password or name, parts.netloc.rpartition("@")[0], *_tokens_of(parts), *queried) if secret
    }


def _guid(guid: str, own: Veil, url: str) -> str:
    """A GUID without secrets that still tells episodes apart: a token of the episode's own becomes a digest of it."""
    text = own(guid)
    for secret in sorted(_secrets_of(url), key=len, reverse=True):
        if len(secret) >= _MASKED:
            text = text.replace(secret, make_id("secret", secret)[:12])
    return text


def _hides(name: str, value: str) -> bool:
    return bool(value) and bool(names_secret(name) or _opaque(value, _SHORT))


def _tokens_of(parts: SplitResult) -> Iterator[str]:
    """The parts of a path that are tokens, without extension: opaque after one that speaks of a secret, or very long."""
    speaking = any(_SPEAKING.fullmatch(label) for label in parts.netloc.rpartition("@")[2].split(".")[:-2])
    for segment in parts.path.split("/"):
        bare = _bare(segment)
        word = unquote(bare)
        if (speaking and _opaque(word, _SHORT)) or (_opaque(word, _LONG) and not _UUID.fullmatch(word)):
            yield bare
        speaking = speaking or any(_SPEAKING.fullmatch(word) for word in re.split(r"[-_.]", segment))


def _opaque(text: str, length: int) -> bool:
    """Whether a word of at least that length looks drawn by lot: figures among letters, no words with hyphens."""
    if _UUID.fullmatch(text) or _JWT.fullmatch(text):
        return True
    if len(text) < length or not re.fullmatch(r"[\w=~.-]+", text, re.ASCII):
        return False
    if _HEX.fullmatch(text):
        return True
    pieces: Iterable[str] = re.split(r"[-_.]", text)
    return any(
        len(piece) >= min(length, 16) and re.search(r"\d", piece) and re.search(r"[A-Za-z]", piece) for piece in pieces
    ) and (length < _LONG or bool(re.search(r"[A-Z]", text) and re.search(r"[a-z]", text)))


def _bare(segment: str) -> str:
    return _EXTENSION.sub("", segment)


def _extension(segment: str) -> str:
    return segment[len(_bare(segment)) :]
