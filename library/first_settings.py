"""The first settings of a library: ``earmark.toml`` with a comment at each line, as `earmark init` writes it."""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from earmark.clock import SystemClock
from earmark.errors import UsageError
from earmark.net import is_loopback
from earmark.settings import Settings, load_settings
from earmark.whole_files import write_atomically
from library.toml_text import toml_value

__all__ = ["BEFORE", "FILE", "FirstSettings", "mail_server", "settings_text", "write_first_settings"]

FILE = "earmark.toml"
BEFORE = "earmark.toml.before"
"""What a settings file is kept as when another takes its place."""

_LINES: Mapping[str, tuple[str, ...]] = {
    "llm": ("model", "base_url", "api_key", "price_in", "price_out"),
    "mail": ("to", "sender", "host", "port", "security", "username", "password"),
    "brief": ("size", "reader_name", "timezone"),
    "ingest": ("backfill",),
    "fetch": ("contact",),
    "asr": ("enabled",),
    "budget": ("asr_seconds_per_day", "llm_tokens_per_day", "money_per_day"),
    "app": ("host", "port"),
}
"""Settings that are written, set or as a comment: those that most readers change. docs/settings.md has the others."""
_WIDTH = 100
"""Characters of a comment's line."""
_TLS_PORT = 465
"""Where mail servers speak TLS from the first byte (RFC 8314)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSettings:
    """What a new user says; empty texts leave a part switched off.

    Attributes:
        model: the language model, as ``llm.model``.
        base_url: its endpoint.
        mail_to: where the brief goes.
        mail_host: the mail server.
        mail_port: its port.
    """

    model: str = ""
    base_url: str = ""
    mail_to: str = ""
    mail_host: str = ""
    mail_port: int = 587

    def values(self) -> dict[tuple[str, str], Any]:
        """The settings that differ from their defaults, by group and name."""
        chosen: dict[tuple[str, str], Any] = {}
        if self.model:
            chosen["llm", "model"] = self.model
        if self.base_url:
            chosen["llm", "base_url"] = self.base_url
        if self.mail_host and self.mail_to:
            here = is_loopback(f"//{self.mail_host}")
            chosen |= {
                ("mail", "to"): self.mail_to,
                ("mail", "sender"): self.mail_to,
                ("mail", "host"): self.mail_host,
                ("mail", "port"): self.mail_port,
                ("mail", "security"): "none" if here else "tls" if self.mail_port == _TLS_PORT else "starttls",
            }
            if not here:
                chosen["mail", "username"] = self.mail_to
        return chosen


def mail_server(text: str) -> tuple[str, int]:
    """Host and port of a mail server written as ``smtp.example.org`` or ``smtp.example.org:465``; raises ``UsageError``."""
    host, colon, port = text.strip().partition(":")
    if not host or (colon and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65_536)):
        raise UsageError("is no mail server; one is written like smtp.example.org:587", subject=text)
    return host, int(port) if colon else 587


def settings_text(first: FirstSettings, *, today: date) -> str:
    """The text of a settings file: what was said, and the most wanted of the other settings as comments."""
    chosen = first.values()
    lines = [
        f"# Settings of Earmark, written by `earmark init` on {today.isoformat()}. docs/settings.md lists all.",
        "# A variable of the environment (EARMARK_GROUP__NAME) and the command line win over this file.",
        "# A line that begins with #name shows a default; take the # away to change it.",
    ]
    for group, names in _LINES.items():
        lines += ["", f"[{group}]"]
        for name in names:
            lines += _setting(group, name, chosen)
    return "\n".join(lines) + "\n"


def write_first_settings(home: Path, first: FirstSettings, *, today: date, replace: bool = False) -> Path:
    """Writes ``earmark.toml`` into a home, readable by this user alone, once it is known that Earmark can read it.

    A file that is there is left alone, or with ``replace`` kept as ``earmark.toml.before``. Returns where it lies.

    Raises:
        UsageError: a file is there, and ``replace`` was not said.
        SettingsError: a value cannot be, such as a mail address without a domain.
    """
    path = home / FILE
    text = settings_text(first, today=today)
    _check(text)
    if path.exists():
        if not replace:
            raise UsageError("is there already; --force puts another in its place", subject=str(path))
        write_atomically(home / BEFORE, path.read_text(encoding="utf-8"))
    write_atomically(path, text)
    return path


def _setting(group: str, name: str, chosen: Mapping[tuple[str, str], Any]) -> Iterator[str]:
    field = getattr(Settings(), group).__class__.model_fields[name]
    about = field.description or ""
    secret = isinstance(field.default, SecretStr)
    if secret:
        about += f"; EARMARK_{group.upper()}__{name.upper()}_FILE names a file that holds it"
    yield from textwrap.wrap(about, _WIDTH, initial_indent="# ", subsequent_indent="# ")
    if (group, name) in chosen:
        yield f"{name} = {toml_value(chosen[group, name])}"
    else:
        yield f"#{name} = {toml_value('' if secret else field.default)}"


def _check(text: str) -> None:
    """Reads the settings as Earmark will read them; raises ``SettingsError``."""
    from briefs.smtp import SmtpMailer, parse_address

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(text, encoding="utf-8")
        settings = load_settings(home=Path(folder), environ={})
    if settings.mail.host:
        parse_address(settings.mail.to, setting="mail.to")
        SmtpMailer(settings.mail, SystemClock(), offline=True)
