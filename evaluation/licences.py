"""The licences of everything that Earmark is installed with, by what the distributions say of themselves.

    python -m evaluation.licences [FOLDER …]        writes docs/licences.md

Extras that `make test` does not install are listed too, as far as they are installed here or in a FOLDER of distributions (the
site-packages of another environment).

A library under the GPL alone would bind whoever passes Earmark on, so there is none: see ``allowed``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distributions, requires
from pathlib import Path

from packaging.requirements import Requirement

from evaluation.closure import EXTRAS, closure, normal

__all__ = ["PAGE", "Extra", "LicensedPackage", "allowed", "extras", "installed", "page"]

REPO = Path(__file__).parents[1]
PAGE = REPO / "docs" / "licences.md"

_ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC", "LGPL-3.0-only", "MIT",
    "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "Zlib", "ZPL-2.1",
}  # fmt: skip
"""Licences that let Earmark (Apache-2.0) be used and passed on with the library beside it, unchanged. LGPL: it is imported, and
can be exchanged."""
_WRITTEN = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "osi approved :: apache software license": "Apache-2.0",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "the mit license (mit)": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
}
"""What older distributions write, in small letters, and what it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicensedPackage:
    """A distribution with its version and its licence, an SPDX expression where it can be told."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """An extra with what it brings beside what `make test` installs, and the names of what nothing can be said of here."""

    name: str
    entries: tuple[LicensedPackage, ...]
    unknown: tuple[str, ...]


def installed() -> list[LicensedPackage]:
    """Every distribution that `make test` has installed here, by name."""
    names = closure(EXTRAS["dev"])
    every = {normal(distribution.metadata["Name"]): distribution for distribution in distributions()}
    return [
        LicensedPackage(name=name, version=every[name].version, licence=_licence(every[name]))
        for name in sorted(names)
        if name in every
    ]


def extras(folders: Iterable[Path] = ()) -> list[Extra]:
    """The extras that are no part of `make test`, by name; their distributions are looked for here and in ``folders``."""
    elsewhere = distributions(path=[str(folder) for folder in folders])
    every = {normal(distribution.metadata["Name"]): distribution for distribution in (*elsewhere, *distributions())}
    known = closure(EXTRAS["dev"])
    return [_extra(name, known, every) for name in sorted(_named().keys() - set(EXTRAS["dev"]))]


def _extra(name: str, known: set[str], every: Mapping[str, Distribution]) -> Extra:

    def needs(other: str) -> list[str]:
        if normal(other) not in every:
            raise PackageNotFoundError(other)
        return every[normal(other)].requires or []

    wanted = sorted((closure((name,), needs) | _named()[name]) - known)
    entries = [
        LicensedPackage(name=other, version=every[other].version, licence=_licence(every[other]))
        for other in wanted
        if other in every
    ]
    return Extra(name=name, entries=tuple(entries), unknown=tuple(other for other in wanted if other not in every))


def _named() -> dict[str, set[str]]:
    """What each extra of Earmark asks for by name, whatever the machine."""
    named: dict[str, set[str]] = {}
    for line in requires("earmark") or []:
        if extra := re.search(r"extra == ['\"]([\w-]+)['\"]", line):
            named.setdefault(extra[1], set()).add(normal(Requirement(line).name))
    return named


def allowed(licence: str) -> bool:
    """Whether an SPDX expression leaves a way that is allowed: every part of an AND, one part of an OR."""
    ways = re.split(r"\s+OR\s+", licence.replace("(", " ").replace(")", " ").strip())
    return any(all(_single(part) in _ALLOWED for part in re.split(r"\s+AND\s+", way.strip())) for way in ways)


def page(entries: Iterable[LicensedPackage], further: Iterable[Extra] = ()) -> str:
    """The page that lists them."""
    lines = [
        "# Licences",
        "",
        "What `make test` installs, with the tools of development, and what each distribution says its licence is. Earmark itself",
        "is under Apache-2.0. Made by `python -m evaluation.licences`; a test fails for a licence that is not among those that let",
        "Earmark be used and passed on beside the library. Weights come in wheels too, and are listed as such.",
        "",
        *_table(entries),
        "",
        "## Extras",
        "",
        "What each extra brings beside the above, as far as it was installed where this page was made. What is named without a",
        "version was not, so nothing is said of what that brings in turn.",
        "",
    ]
    for extra in further:
        lines += [f"**`{extra.name}`**{'' if extra.entries or extra.unknown else ': nothing more'}", ""]
        lines += [*_table(extra.entries), ""] if extra.entries else []
        lines += [f"Not installed here: {', '.join(extra.unknown)}.", ""] if extra.unknown else []
    return "\n".join(lines).rstrip() + "\n"


def _table(entries: Iterable[LicensedPackage]) -> list[str]:
    rows = [f"| {entry.name} | {entry.version} | {entry.licence} |" for entry in entries]
    return ["| distribution | version | licence |", "| --- | --- | --- |", *rows]


def _licence(distribution: Distribution) -> str:
    for said in _said(distribution):
        if said:
            return _WRITTEN.get(said.lower(), said)
    return "unknown"


def _said(distribution: Distribution) -> Iterator[str]:
    data = distribution.metadata
    yield data["License-Expression"] or ""
    first = (data["License"] or "").partition("\n")[0].strip()
    if first.lower() in _WRITTEN or allowed(first):
        yield first
    named = [
        text.rpartition("::")[2].strip() for text in data.get_all("Classifier") or [] if text.startswith("License ::")
    ]
    yield " OR ".join(dict.fromkeys(_WRITTEN.get(text.lower(), text) for text in named if text != "OSI Approved"))
    yield first


def _single(part: str) -> str:
    return part.strip().partition(" WITH ")[0]


def main(folders: Iterable[str]) -> None:
    """Writes the page; exits with 1 where a licence is not allowed."""
    entries, further = installed(), extras([Path(folder) for folder in folders])
    PAGE.write_text(page(entries, further), encoding="utf-8")
    every = [*entries, *(entry for extra in further for entry in extra.entries)]
    wrong = [f"{entry.name} {entry.version}: {entry.licence}" for entry in every if not allowed(entry.licence)]
    sys.exit("\n".join(["not allowed:", *wrong]) if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
