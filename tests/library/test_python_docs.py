"""The examples of docs/python.md, run on the sample library."""

from __future__ import annotations

import ast
import doctest
import shutil
import warnings
from functools import reduce
from pathlib import Path

from earmark.settings import load_settings
from library.library import Library
from tests.ui.sample import Sample
from ui.cli.docs import DOCS

PAGE = DOCS / "python.md"


def test_the_examples_name_what_the_library_has(tmp_path: Path) -> None:
    source = "".join(example.source for example in doctest.DocTestParser().get_examples(PAGE.read_text("utf-8")))
    named = [names for node in ast.walk(ast.parse(source)) if (names := _of_the_library(node))]
    with Library.open(settings=load_settings({"offline": True}, home=tmp_path, environ={})) as library:
        for names in named:
            assert reduce(getattr, names, library) is not None, names
    assert len(named) > 30


def _of_the_library(node: ast.AST) -> list[str]:
    """The names of ``library.part.method``; none of anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return names[::-1] if isinstance(node, ast.Name) and node.id == "library" else []


def test_the_examples_do_what_the_page_says(sample: Sample, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample.home, home)  # the examples add a reader and save an idea
    examples = doctest.DocTestParser().get_doctest(PAGE.read_text("utf-8"), {"home": home}, PAGE.name, str(PAGE), 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what langchain says of its own parts
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, clear_globs=False)
    library = examples.globs["library"]
    assert isinstance(library, Library)
    library.close()
    assert result.attempted > 30
    assert result.failed == 0
